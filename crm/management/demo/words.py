"""What the demo charity writes: its funds, notes of conversations, remarks on gifts."""

# code, French, English, ledger account, restricted, weight among gifts
FUNDS: tuple[tuple[str, str, str, str, bool, int], ...] = (
    ("GEN", "Fonds général", "General fund", "4100", False, 58),
    ("DOM", "Soins à domicile", "Home care", "4110", True, 16),
    ("MAI", "Maison Rive-Claire", "Rive-Claire House", "4120", True, 14),
    ("FAM", "Répit des familles", "Family respite", "4130", True, 8),
    ("JAR", "Jardin des souvenirs", "Garden of remembrance", "4140", True, 4),
)
OTHER_FUNDS = (
    ("GEN", "", "General fund", "4000", False, 70),
    ("KIT", "", "Kitchen renovation", "4010", True, 30),
)

NOTES = {
    "fr": (
        "Préfère qu’on l’appelle après le souper. Très touchée par la lettre de remerciement.",
        "Sa mère a été accompagnée à la Maison au printemps. Elle veut faire quelque chose chaque année en sa mémoire.",
        "Rencontre au café. Songe à un don planifié, veut d’abord en parler à ses enfants.",
        "Ne veut plus recevoir de calendrier par la poste. Le courriel lui convient.",
        "A demandé comment sont employés les dons aux soins à domicile. Rapport annuel envoyé.",
        "Offre de faire du bénévolat le mardi. Coordonnées transmises à l’équipe des bénévoles.",
        "Déménage en juillet; rappeler à la fin de l’été pour la nouvelle adresse.",
        "A visité le jardin avec sa petite-fille. Belle conversation, aucune demande cette fois-ci.",
        "Vient de prendre sa retraite. Maintient son don mensuel, peut-être un peu moins l’an prochain.",
        "Son employeur double les dons : lui envoyer le formulaire en janvier.",
        "Aimerait que son don reste anonyme dans le rapport annuel.",
        "Nous a fait connaître à sa chorale. Concert-bénéfice possible à l’automne.",
        "Boîte vocale pleine. Réessayer jeudi.",
        "Très fière du nouveau lit acheté grâce à la campagne d’automne. Lui envoyer la photo.",
        "Question sur son reçu de l’an dernier : copie envoyée le jour même.",
        "Parle aussi anglais et espagnol. Accepterait de témoigner dans l’infolettre.",
    ),
    "en": (
        "Prefers a call after supper. Was moved by the handwritten card.",
        "His father was with us last spring. Would like to give every year in his memory.",
        "Met for coffee. Thinking about a legacy gift; wants to speak with his lawyer first.",
        "Please no calendars in the mail. E-mail is fine.",
        "Asked how home care gifts are spent. Sent the annual report.",
        "Would like to volunteer on Tuesdays. Passed on to the volunteer team.",
        "Moving in July; call back at the end of summer for the new address.",
        "Visited the garden with her granddaughter. Lovely conversation, no ask this time.",
        "Just retired. Keeps the monthly gift, perhaps a little less next year.",
        "Employer matches gifts: send the form in January.",
        "Wants the gift to stay anonymous in the annual report.",
        "Told the choir about us. A benefit concert may happen in the fall.",
        "Voice mail full. Try again Thursday.",
        "So proud of the new bed the fall campaign paid for. Send the picture.",
        "Had a question about last year’s receipt: copy sent the same day.",
        "Also speaks French and Punjabi. Would share a story in the newsletter.",
    ),
}
GIFT_NOTES = {
    "fr": (
        "En mémoire de Rita Fournier.", "Souper-bénéfice.", "Chèque joint à la carte de Noël.", "Campagne d’automne.",
        "Reçu en personne à l’accueil.", "Tirelire de la pharmacie.", "En l’honneur des 80 ans de Gaston.",
    ),
    "en": (
        "In memory of Robert Fraser.", "Benefit dinner.", "Cheque came with a Christmas card.", "Fall campaign.",
        "Received in person at the front desk.", "Collection jar.", "In honour of Doreen’s 80th birthday.",
    ),
}  # fmt: skip
