"""First and last names as they are met in Québec and elsewhere in Canada; words of organizations."""

FIRST_FR = """
Marie Jean Michel Louise Pierre Diane André Sylvie Jacques Johanne Alain Nathalie Daniel Francine Claude Nicole
Robert Lise Yves Denise Gilles Carole Luc Linda Denis Suzanne Richard Ginette Marc Chantal Serge Josée Guy Hélène
Benoît Manon Patrick Isabelle François Martine Stéphane Annie Éric Caroline Martin Julie Sébastien Mélanie Mathieu
Geneviève Simon Véronique Maxime Karine Alexandre Stéphanie Jonathan Valérie Vincent Émilie David Catherine
Guillaume Audrey Olivier Marie-Ève Philippe Sophie Nicolas Amélie Samuel Laurence Gabriel Camille Antoine Florence
Étienne Rosalie Félix Léa Raphaël Jade Thomas Alice William Juliette Xavier Charlotte Zachary Béatrice Tristan
Éloïse Jean-François Anne-Marie Marc-André Marie-Claude Jean-Pierre Marie-Josée Pierre-Luc Marie-France
Jean-Philippe Marie-Hélène Louis-Philippe Anne-Sophie Jean-Sébastien Marie-Andrée Charles-Étienne Rose-Aimée Réjean
Thérèse Normand Pauline Gaston Huguette Fernand Colette Marcel Jeannine Raymond Monique Léo Rita Gérard Gisèle Roméo
Yvette Rolland Cécile Armand Solange Conrad Lucille Donald Micheline Ghislain Raymonde Clément Aline Hervé Odette
Réal Fleurette Lucien Noëlla Bertrand Madeleine Germain Claudette Régis Lorraine Sylvain Danielle Mario Line
Christian Brigitte Dominique Lucie Bruno Élise Hugo Noémie Frédéric
""".split()

FIRST_EN = """
James Mary John Patricia Robert Jennifer Michael Elizabeth William Susan David Margaret Richard Karen Thomas Nancy
Charles Lisa Christopher Sandra Donald Barbara Paul Ruth Mark Sharon George Michelle Kenneth Laura Steven Sarah
Edward Kimberly Brian Deborah Ronald Jessica Kevin Heather Jason Melissa Gary Rebecca Timothy Amy Jeffrey Angela
Ryan Emily Scott Megan Andrew Kathleen Gordon Joan Douglas Shirley Bruce Doreen Ian Fiona Neil Moira Stuart Colleen
Alistair Beth Graham Beverley Murray Judith Wayne Gail Keith Brenda Craig Tanya Trevor Lindsay Derek Allison
Geoffrey Janet Malcolm Sheila Rory Eileen Liam Olivia Noah Emma Lucas Chloe Ethan Hannah Owen Abigail Connor Grace
Logan Claire Dylan Molly Evan Paige Nathan Brooke Tyler Erin Curtis Shannon Warren Marilyn Leonard Phyllis Stanley
Norma Harold Edith Walter Agnes
""".split()

LAST_FR = """
Tremblay Gagnon Roy Côté Bouchard Gauthier Morin Lavoie Fortin Gagné Ouellet Pelletier Bélanger Lévesque Bergeron
Leblanc Paquette Girard Simard Boucher Caron Beaulieu Cloutier Dubé Poirier Fournier Lapointe Leclerc Lefebvre
Poulin Thibault St-Pierre Nadeau Martin Landry Martel Bédard Grenier Lessard Bernier Richard Michaud Hébert
Desjardins Couture Turcotte Lachance Parent Blais Gosselin Savard Proulx Beaudoin Demers Perreault Boudreau Lemieux
Cyr Perron Dufour Dion Mercier Bolduc Bérubé Boisvert Langlois Ménard Therrien Plante Bilodeau Blanchette Dubois
Champagne Paradis Fortier Arsenault Dupuis Gaudreault Hamel Houle Villeneuve Rousseau Gravel Thériault Lemay Robert
Allard Deschênes Giroux Guay Leduc Boivin Charbonneau Lambert Raymond Vachon Gilbert Audet Jean Larouche Legault
Trudel Fontaine Picard Labelle Lacroix Jacques Moreau Carrier Bernard Desrosiers Goulet Renaud Dionne Lapierre
Vaillancourt Fillion Lalonde Tessier Bertrand Tardif Lepage Gingras Benoit Rioux Giguère Drouin Harvey Lauzon
Gendron Boutin Laflamme Vallée Dumont Breton Paré Paquin Robitaille Gélinas Duchesne Lussier Séguin Veilleux Potvin
Gervais Pépin Laroche Morissette Charron Lavallée Laplante Chabot Brunet Vézina Desrochers Labrecque Coulombe
Tanguay Chouinard Noël Pouliot Lacasse Daigle Marcoux Lamontagne Turgeon Larocque Roberge Auger Masse Pilon Racine
Dallaire Émond Grégoire Beauregard Denis Lebel Blouin Martineau Labbé Beauchamp St-Onge Charette Dupont Létourneau
Rodrigue Cormier Rivard Mathieu Asselin St-Jean Plourde Thibodeau Bélisle St-Laurent Godbout Desbiens Lavigne Doucet
Labonté Marchand Brassard Forget Marcotte Béland Larose Duval Archambault Maltais Trépanier Laliberté Bisson Brisson
Dufresne Beaudry Chartrand Houde Fréchette Lafontaine Guillemette Drolet Vincent Richer Germain Larivière Ferland
Trottier Piché Boulanger Sirois Charest Provost Durand Dumas Soucy Lamoureux Lachapelle Bégin Boily Croteau Savoie
Provencher Duguay Lajoie Lemire D’Amours L’Écuyer L’Heureux
""".split()

LAST_EN = """
Smith Brown Wilson MacDonald Campbell Johnson Taylor Anderson Thompson Stewart Jones Williams Miller White Scott
Robinson Clark Young Walker King Wright Moore Green Baker Hall Mitchell Murphy Reid Ross Morrison Fraser Murray
Kelly Graham Robertson Hill Lewis Davis Evans Harris Cameron Grant McLeod MacLeod Kennedy Hamilton Bell Johnston
Allen Adams MacKenzie Simpson Ferguson Gordon Henderson Wallace Russell McKay MacKay Watson Hughes Marshall Hunter
Shaw Bennett Sinclair Burns O’Connor O’Brien O’Neill Sullivan Ryan Doyle Walsh Byrne Power Whelan Fitzgerald
Gallagher Penney Whitford MacIsaac MacNeil Gillis Rankin Beaton Chisholm Dunlop Abbott Barker Carter Dawson Ellis
Fletcher Gibson Hayward Irving Jackson Knight Lawson Mason Nicholson Osborne Parsons Quinn Richardson Spencer Tucker
Underhill Vaughan Webster Yeo Harding Kingsbury Lockhart Pritchard Templeton Weatherbee Zwicker Boudreau Comeau
Hiebert Friesen Penner Dyck Reimer Kowalchuk Shevchenko Melnyk Petrov Novak Schmidt Wagner Olsen Jensen Lindqvist
Rossi Ferrari Moretti Papadopoulos Goldberg
""".split()

# (first names, last names, chance of French): families met in every Canadian town, each with its own habits of naming.
OTHERS: tuple[tuple[list[str], list[str], float], ...] = (
    (
        "Minh Lan Thuý Hùng Ngọc Đức Hoa Tuấn Mai Quang Kim-Anh Phương".split(),
        "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ".split(),
        0.7,
    ),
    (
        "Mohamed Fatima Ahmed Amina Youssef Leïla Karim Samira Omar Nadia Rachid Khadija Hassan Zineb Salma".split(),
        "Benali El-Amrani Haddad Khoury Bouzid Cherkaoui Mansour Nasser Benjelloun Saïdi Aït-Ouarab Hamdan".split(),
        0.8,
    ),
    (
        "João Maria Manuel Ana António Fátima José Conceição Luís Teresa".split(),
        "Silva Santos Ferreira Pereira Oliveira Medeiros Araújo Gonçalves Conceição Simões".split(),
        0.5,
    ),
    (
        "Carlos María Luis Sofía Jorge Lucía Andrés Camila Diego Valentina".split(),
        "González Rodríguez Martínez Hernández Muñoz Peña Vásquez Rojas".split(),
        0.6,
    ),
    (
        "Wei Li Mei Jun Xiu Hong Yan Ming Siu-Ling Kwok-Wai".split(),
        "Chen Wang Li Zhang Liu Wong Chan Leung Cheung Lam".split(),
        0.2,
    ),
    (
        "Priya Arjun Anjali Rajesh Harpreet Gurpreet Simran Vikram Nimrat Deepak Kavita Sanjay".split(),
        "Sharma Singh Patel Nair Gill Dhillon Sandhu Kaur Gupta Iyer Chowdhury Rahman".split(),
        0.15,
    ),
    (
        "Jean-Claude Marie-Flore Wilner Guerda Frantz Nadège Ketly Jude Roseline Emmanuel Mireille Wesner".split(),
        "Pierre-Louis Jean-Baptiste Joseph Charles Désir Estimé Toussaint Saint-Fleur Bien-Aimé Dorvil".split(),
        0.97,
    ),
    (
        "Rose-Anna Charles-Api Mary-Jane Jimmy Napess Janie Uapukun Mélissa Delilah Eruoma".split(),
        "Awashish Niquay Ottawa Petiquay Weizineau Coonishish Mianscum Vollant Mestokosho Kistabish Wapachee".split(),
        0.6,
    ),
    (
        "Aputi Elisapie Putulik Siasi Lukasi Maata Tivi Annie Pitsiulaaq Mosesie".split(),
        "Qumaaluk Tukkiapik Annanack Inukpuk Kiatainaq Papigatuk Saunders Nungak Ningeok Alaku".split(),
        0.3,
    ),
    (
        "Oksana Andriy Natalia Bohdan Olena Taras Iryna Mykola".split(),
        "Kovalenko Bondarenko Tkachuk Hrynchyshyn Lysenko Savchuk".split(),
        0.2,
    ),
)

ORGANIZATIONS = {
    "fr": (
        "Imprimerie {last} inc.", "Pharmacie {last} et {last2}", "Garage {last} et fils", "Fondation familiale {last}",
        "Club Optimiste, {city}", "Chevaliers de Colomb, conseil {city}", "Boulangerie {last}",
        "Groupe {last}-{last2} inc.", "Les Entreprises {last} ltée", "Syndicat des employés municipaux, {city}",
        "{last}, {last2} et associés, notaires", "Cercle de Fermières {city}", "Coopérative funéraire {city}",
        "Ferme {last} S.E.N.C.", "Association des retraités, {city}", "Fabrique Notre-Dame, {city}",
    ),
    "en": (
        "{last} Family Foundation", "{last} & {last2} LLP", "{last} Plumbing Ltd.", "Rotary Club of {city}",
        "First United Church, {city}", "{city} Curling Club", "{last} Brothers Construction", "{city} Teachers’ Local",
        "{last} Insurance Brokers Inc.", "The {last} Charitable Trust", "{last} Dental Group", "{city} Legion Branch",
    ),
}  # fmt: skip

HONORIFICS = {"fr": ("Mme", "M.", "Dr", "Dre", "Me"), "en": ("Ms.", "Mr.", "Mrs.", "Dr.")}
INITIALS = "ABCDEFGHJKLMNOPRSTVWY"
SUFFIXES = {"fr": ("père", "fils"), "en": ("Jr.", "Sr.", "III")}
MAIL_DOMAINS = ("courriel.example", "poste.example", "boite.example", "mail.example", "inbox.example")  # RFC 2606
JOBS = {
    "fr": ("Infirmière", "Enseignant", "Notaire", "Agricultrice", "Comptable", "Retraitée", "Menuisier", "Médecin"),
    "en": ("Nurse", "Teacher", "Farmer", "Accountant", "Retired", "Electrician", "Physician", "Librarian"),
}
