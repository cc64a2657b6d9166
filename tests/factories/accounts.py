import factory

from crm.accounts.choices import Role
from crm.accounts.models import Membership, Organization, User


class UserFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.test")
    first_name = "Sam"
    last_name = factory.Sequence(lambda n: f"Tremblay{n}")
    language = "en"
    password = factory.django.Password("correct horse battery")


class OrganizationFactory(factory.django.DjangoModelFactory):
    """Ready to issue receipts: everything the law asks of the charity is filled in."""

    class Meta:
        model = Organization
        django_get_or_create = ("slug",)

    slug = factory.Sequence(lambda n: f"org-{n}")
    name_fr = "Fondation Rive-Claire"
    name_en = "Rive-Claire Foundation"
    legal_name_fr = "Fondation Rive-Claire"
    legal_name_en = "Rive-Claire Foundation"
    address_fr = "310, rue du Fleuve\nTrois-Rivières (Québec) G9A 2K4"
    address_en = "310 du Fleuve Street\nTrois-Rivières, Quebec G9A 2K4"
    registration_number = "119219814RR0001"
    receipt_place_fr = "Trois-Rivières (Québec)"
    receipt_place_en = "Trois-Rivières, Quebec"
    signatory_name = "Isabelle Marchand"
    signatory_title_fr = "directrice générale"
    signatory_title_en = "Executive Director"
    email = "info@rive-claire.test"


class MembershipFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    organization = factory.SubFactory(OrganizationFactory)
    role = Role.ADMIN
