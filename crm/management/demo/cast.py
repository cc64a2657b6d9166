"""The people of the small demo, chosen so that every screen has something to show."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Character:
    """One contact of the small demo.

    ``pattern`` and ``count`` say how they give (:mod:`crm.management.demo.giving`), first ``since`` years ago, last
    ``stopped`` days ago, usually ``base`` dollars. ``gifts`` are exact ones on top (days ago, dollars, fund code,
    remark); ``mishaps`` those that went wrong or wait: (days ago, dollars, status). ``notes`` is how many notes
    colleagues wrote at least; ``receipted``: the latest gift got its official receipt today. ``where`` is a city of
    :mod:`crm.management.demo.places`; without one, no address.
    """

    first: str = ""
    last: str = ""
    where: str = ""
    pattern: str = ""
    count: int = 0
    owner: str = ""
    lang: str = "fr"
    since: float = 4.0
    stopped: int = 0
    notes: int = 0
    archived: bool = False
    receipted: bool = False
    gifts: tuple[tuple[int, int, str, str], ...] = ()
    mishaps: tuple[tuple[int, int, str], ...] = ()
    base: int = 0
    organization: str = ""
    fields: dict = field(default_factory=dict)


F, A, N, M = "fundraiser", "admin", "finance", "member"
HOME = {"address_line1": "1482, rue des Érables, app. 3", "postal_code": "G9A 5H7"}
STORY = (
    "Très contente de la visite. Elle songe à un don planifié et veut en parler avec Jean-Marc. "
    "La rappeler avant les Fêtes."
)

CAST: tuple[Character, ...] = (
    Character("Hélène", "Bouchard", "Trois-Rivières", "yearly", 14, F, since=9.8, stopped=60, notes=3, base=150,
              gifts=((9, 500, "GEN", "Campagne d’automne."), (348, 1000, "MAI", "")),
              fields=HOME | {"honorific": "Mme", "middle_name": "M.", "phone": "+18195550142",
                             "email": "helene.bouchard@courriel.example"}),
    Character("Jean-Marc", "Vézina", "Trois-Rivières", "few", 4, F, since=6, stopped=120, base=100,
              fields=HOME | {"middle_name": "A.", "email": "jm.vezina@courriel.example"}),
    Character("Thérèse", "Gagnon", "Trois-Rivières", "few", 9, F, since=5, stopped=217, notes=1, base=120, receipted=True),
    Character("Jean-François", "Lévesque", "Rimouski", "monthly", 24, F, since=3, notes=1, base=40),
    Character("Amélie", "Côté", "Gatineau", "few", 4, F, since=5.5, stopped=762),
    Character("Luc", "Thibodeau", "Sherbrooke", "few", 6, F, since=3, stopped=66, base=60,
              mishaps=((3, 60, "pending"),)),
    Character("Nathalie", "Deschênes", "Québec", "yearly", 7, F, since=7, stopped=300, base=250, receipted=True),
    Character("Mohamed", "Benali", "Montréal", owner=F, gifts=((2, 250, "GEN", "Premier don, en ligne."),)),
    Character("Chloé", "Girard", "Trois-Rivières", owner=F, gifts=((1, 75, "GEN", "Campagne d’automne."),)),
    Character("Élodie", "Fournier", "Trois-Rivières", owner=F, gifts=((1, 60, "DOM", "En mémoire de Rita Fournier."),)),
    Character("Wei", "Chen", "Trois-Rivières", "monthly", 11, F, lang="en", since=1.2, stopped=20, base=100,
              gifts=((0, 100, "GEN", ""),)),
    Character("Sarah", "O’Connor", "Ottawa", "major", 4, A, "en", since=6, stopped=83, notes=2,
              fields={"middle_name": "J.", "honorific": "Ms."}),
    Character("David", "MacLeod", "Halifax", "few", 6, F, "en", since=3, stopped=153, receipted=True),
    Character("James", "Whitehorse", "Moncton", "monthly", 18, F, "en", since=2.5, notes=1, base=25,
              mishaps=((36, 30, "failed"),)),
    Character("Priya", "Sharma", "Winnipeg", owner=N, lang="en", gifts=((73, 180, "DOM", ""),)),
    Character("Robert", "Fraser", "Halifax", "yearly", 5, F, "en", since=5.2, stopped=165,
              fields={"middle_name": "L."}),
    Character("Gilles", "Lacoursière", "Trois-Rivières", "major", 4, A, since=8, stopped=40, notes=2,
              fields={"honorific": "Dr", "job_title": "Médecin"}),
    Character("Solange", "Duhaime", "Nicolet", owner=A, notes=1, gifts=((130, 25_000, "MAI", "Legs de sa sœur."),)),
    Character("Minh Phương", "Nguyễn Thị", "Montréal", "monthly", 14, F, since=2, base=20),
    Character("Đức", "Trần Văn", "Laval", "few", 2, M, since=3),
    Character("Fatima-Zahra", "El-Amrani", "Laval", "few", 4, F, since=4, stopped=30, notes=1),
    Character("Youssef", "Aït-Ouarab", "Montréal", owner=F, notes=1, fields={"lifecycle": "asked"}),
    Character("نادية", "الخوري", "Montréal", "once", 1, M, since=1, fields={"email": "nadia.khoury@boite.example"}),
    Character("João", "Gonçalves Conceição", "Gatineau", "few", 3, F, since=3),
    Character("Maria da Conceição", "Medeiros Araújo de Oliveira Simões", "Montréal", "few", 3, "",
              since=5, stopped=90),
    Character("Marie-Philippe-Alexandrine", "Laframboise-Desmeules-Sanschagrin", "Saint-Louis-du-Ha! Ha!", "once", 1, F,
              since=2),
    Character("Elisapie", "Qumaaluk", "Kuujjuaq", "few", 3, A, "en", since=4, stopped=50),
    Character("Charles-Api", "Awashish", "Wemotaci", "yearly", 3, F, since=3),
    Character("Mary-Jane", "Mianscum", "Chisasibi", "once", 1, F, "en", since=1.5),
    Character("Jean-Baptiste", "Toussaint", "Montréal", "few", 3, "", since=4, stopped=200),
    Character("Nadège", "Bien-Aimé", "Longueuil", "monthly", 8, F, since=1),
    Character("Harpreet Kaur", "Gill", "Vancouver", "few", 2, F, "en", since=2),
    Character("Oksana", "Hrynchyshyn", "Winnipeg", "yearly", 4, "", "en", since=4.5),
    Character("Siobhán", "O’Brien", "St. John’s", "once", 1, N, "en", since=2.8, stopped=980),
    Character("Ludovic", "D’Amours", "Nicolet", "few", 5, F, since=4, stopped=12),
    Character("Marguerite", "L’Écuyer", "Louiseville", "yearly", 8, F, since=8,
              fields={"email": "", "honorific": "Mme"}),
    Character("Cécile", "Lebœuf", "Trois-Rivières", "once", 1, M, since=3.5, fields={"honorific": "Sœur"}),
    Character("François-Xavier", "Bellemare", "", "few", 2, F, since=2.4,
              fields={"email": "fx.bellemare@poste.example"}),
    Character("José María", "Peña", "", "once", 1, "", since=1.2, fields={"phone": "+15145550163"}),
    Character("Annie", "St-Pierre", "Bécancour", "few", 4, F, since=3.3, mishaps=((47, 50, "refunded"),),
              fields={"email": "famille.stpierre@boite.example"}),
    Character("Éric", "St-Pierre", "Bécancour", "once", 1, F, since=1.1,
              fields={"email": "famille.stpierre@boite.example"}),
    Character("Réal", "Trudel", "Shawinigan", owner=F, notes=1, fields={"lifecycle": "declined"}),
    Character("Beverley", "Kingsbury", "Kingston", owner=F, lang="en", fields={"relationship": "prospect"}),
    Character("Noémie", "Larouche-Tremblay", "Saguenay", owner=F, notes=1, fields={"lifecycle": "asked"}),
    Character("Xavier", "Rivard", fields={"relationship": "prospect", "email": "xavier.rivard@mail.example"}),
    Character("Ghislain", "Boisvert", "La Tuque", "few", 3, F, since=7, stopped=1100, archived=True),
    Character("Norma", "Penney", "Hamilton", "once", 1, "", "en", since=6, stopped=1500, archived=True),
    Character("Martha", "Ellsworth", "", owner=N, lang="en", gifts=((200, 100, "GEN", ""),),
              fields={"address_line1": "44 Maple Street", "city": "Burlington", "province": "Vermont",
                      "postal_code": "05401", "country": "US", "email": "martha.ellsworth@mail.example"}),
    Character(organization="Groupe Lafleur-Monette inc.", where="Québec", pattern="company", count=5, owner=M, since=6,
              stopped=280),
    Character(organization="Archambault Family Foundation", where="Montréal", pattern="company", count=4, owner=A,
              lang="en", since=7, stopped=795),
    Character(organization="Imprimerie Sainte-Anne inc.", where="Trois-Rivières", pattern="company", count=4, owner=F,
              since=5, stopped=200, gifts=((1, 1500, "GEN", "Campagne d’automne."),)),
    Character(organization="Galerie Montferrand", where="Québec", pattern="once", count=1, since=1.3),
    Character(organization="Cercle de Fermières Sainte-Anne-de-la-Pérade", where="Sainte-Anne-de-la-Pérade",
              pattern="yearly", count=6, owner=F, since=6),
    Character(organization="Whynot & Daughters Heating Ltd.", where="Fredericton", owner=F, lang="en",
              fields={"relationship": "prospect"}),
)  # fmt: skip

OTHER_CAST: tuple[Character, ...] = (
    Character("Donald", "Beaton", "Halifax", "monthly", 10, A, "en", since=1.5),
    Character("Hélène", "Bouchard", "Halifax", "few", 3, A, "fr", since=3),  # the same name as next door, on purpose
    Character("Kavita", "Iyer", "Halifax", "yearly", 4, A, "en", since=4),
    Character("Malcolm", "Weatherbee", "Charlottetown", "few", 3, "", "en", since=3, stopped=100, notes=1),
    Character("Grace", "Zwicker", "Halifax", "once", 1, A, "en", since=1),
    Character("Shirley", "Comeau", "Moncton", "once", 1, "", "en", since=4, stopped=900),
    Character("Tyler", "Chisholm", "Halifax", owner=A, lang="en", fields={"lifecycle": "asked"}),
    Character(organization="Fundy Freight Ltd.", where="Halifax", pattern="company", count=3, owner=A,
              lang="en", since=4),
)  # fmt: skip
