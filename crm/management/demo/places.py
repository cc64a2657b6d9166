"""Real cities with the beginning of their postal codes; streets that many towns have; telephone numbers of nobody."""

from dataclasses import dataclass
from random import Random

LETTERS = "ABCEGHJKLMNPRSTVWXYZ"  # those Canada Post uses in the second half of a code


@dataclass(frozen=True)
class City:
    """``prefixes`` are forward sortation areas; ``french`` the chance that somebody there speaks French to us."""

    name: str
    province: str
    prefixes: tuple[str, ...]
    area_code: str
    french: float
    weight: int


def _city(name: str, province: str, prefixes: str, area_code: str, french: float, weight: int) -> City:
    return City(name, province, tuple(prefixes.split()), area_code, french, weight)


CITIES: tuple[City, ...] = (
    _city("Trois-Rivières", "QC", "G8T G8V G8W G8Y G8Z G9A G9B", "819", 0.98, 260),
    _city("Shawinigan", "QC", "G9N G9P G9R G9T", "819", 0.98, 70),
    _city("Bécancour", "QC", "G9H", "819", 0.98, 30),
    _city("Nicolet", "QC", "J3T", "819", 0.99, 20),
    _city("Louiseville", "QC", "J5V", "819", 0.99, 15),
    _city("La Tuque", "QC", "G9X", "819", 0.95, 15),
    _city("Montréal", "QC", "H1A H1K H1T H1W H2C H2G H2J H2R H2T H2X H3B H3G H3N H3W H4A H4C", "514", 0.72, 190),
    _city("Québec", "QC", "G1E G1H G1K G1L G1M G1R G1S G1V G1W G2B G2E G3A", "418", 0.98, 110),
    _city("Laval", "QC", "H7A H7E H7G H7L H7N H7P H7S H7W", "450", 0.85, 50),
    _city("Gatineau", "QC", "J8P J8R J8T J8V J8X J8Y J8Z J9A", "819", 0.86, 40),
    _city("Longueuil", "QC", "J4G J4H J4J J4K J4L J4M J4N", "450", 0.92, 40),
    _city("Sherbrooke", "QC", "J1C J1E J1G J1H J1J J1K J1L J1N", "819", 0.94, 50),
    _city("Lévis", "QC", "G6V G6W G6X G6Y G6Z", "418", 0.99, 35),
    _city("Saguenay", "QC", "G7B G7G G7H G7J G7S G7X", "418", 0.99, 35),
    _city("Drummondville", "QC", "J2A J2B J2C", "819", 0.98, 35),
    _city("Victoriaville", "QC", "G6P G6R G6S G6T", "819", 0.99, 22),
    _city("Saint-Hyacinthe", "QC", "J2R J2S J2T", "450", 0.98, 18),
    _city("Joliette", "QC", "J6E", "450", 0.98, 15),
    _city("Granby", "QC", "J2G J2H J2J", "450", 0.96, 18),
    _city("Rimouski", "QC", "G5L G5M G5N", "418", 0.99, 18),
    _city("Rouyn-Noranda", "QC", "J9X J9Y", "819", 0.97, 12),
    _city("Val-d’Or", "QC", "J9P", "819", 0.95, 10),
    _city("Sept-Îles", "QC", "G4R G4S", "418", 0.97, 8),
    _city("Baie-Comeau", "QC", "G4Z G5C", "418", 0.99, 6),
    _city("Gaspé", "QC", "G4X", "418", 0.93, 6),
    _city("Saint-Jean-sur-Richelieu", "QC", "J2W J2X J2Y J3A J3B", "450", 0.97, 20),
    _city("Sainte-Anne-de-la-Pérade", "QC", "G0X", "418", 0.99, 5),
    _city("Saint-Louis-du-Ha! Ha!", "QC", "G0L", "418", 0.99, 2),
    _city("Wemotaci", "QC", "G0X", "819", 0.9, 3),
    _city("Chisasibi", "QC", "J0M", "819", 0.2, 3),
    _city("Kuujjuaq", "QC", "J0M", "819", 0.3, 3),
    _city("Ottawa", "ON", "K1A K1H K1J K1K K1N K1S K1V K1Y K2A K2B K2C K2G", "613", 0.22, 50),
    _city("Toronto", "ON", "M1B M3C M4E M4K M4Y M5A M5S M6G M6J M6P M8V M9A", "416", 0.03, 45),
    _city("Kingston", "ON", "K7K K7L K7M K7P", "613", 0.05, 10),
    _city("Sudbury", "ON", "P3A P3B P3C P3E", "705", 0.3, 10),
    _city("Hawkesbury", "ON", "K6A", "613", 0.8, 6),
    _city("Hamilton", "ON", "L8E L8K L8L L8N L8P L9A L9C", "905", 0.02, 10),
    _city("London", "ON", "N5V N5W N5Y N6A N6B N6C N6G", "519", 0.02, 8),
    _city("Moncton", "NB", "E1A E1C E1E E1G", "506", 0.4, 14),
    _city("Fredericton", "NB", "E3A E3B E3C", "506", 0.08, 8),
    _city("Edmundston", "NB", "E3V", "506", 0.96, 6),
    _city("Halifax", "NS", "B3H B3J B3K B3L B3M B3N B3P", "902", 0.04, 16),
    _city("Charlottetown", "PE", "C1A C1C C1E", "902", 0.05, 6),
    _city("St. John’s", "NL", "A1A A1B A1C A1E", "709", 0.01, 8),
    _city("Winnipeg", "MB", "R2C R2H R2M R3B R3C R3G R3L R3T", "204", 0.08, 14),
    _city("Regina", "SK", "S4N S4P S4R S4S S4T", "306", 0.02, 6),
    _city("Saskatoon", "SK", "S7H S7J S7K S7L S7N", "306", 0.02, 6),
    _city("Calgary", "AB", "T2A T2E T2G T2N T2P T2T T3A T3H", "403", 0.02, 12),
    _city("Edmonton", "AB", "T5A T5H T5K T5T T6C T6E T6G", "780", 0.04, 10),
    _city("Vancouver", "BC", "V5K V5N V5T V6B V6E V6G V6K V6R", "604", 0.02, 16),
    _city("Victoria", "BC", "V8N V8P V8R V8T V8V V9A", "250", 0.02, 8),
    _city("Whitehorse", "YT", "Y1A", "867", 0.06, 2),
    _city("Yellowknife", "NT", "X1A", "867", 0.05, 2),
    _city("Iqaluit", "NU", "X0A", "867", 0.05, 2),
)
BY_NAME = {city.name: city for city in CITIES}
WEIGHTS = [city.weight for city in CITIES]

STREETS = {
    "fr": (
        ": (         ", "rue Principale", "rue Notre-Dame", "rue Saint-Joseph", "avenue du Parc",
        "boulevard des Forges", "rue Sainte-Anne", "chemin du Lac", "rue Laviolette", "rang Saint-Malo",
        "rue De La Vérendrye", "rue Royale", "boulevard Jean-XXIII", "rue du Fleuve", "rue Hart", "rue Bellefeuille",
        "avenue des Cèdres", "rue L’Heureux", "rue Sainte-Marguerite", "chemin Sainte-Foy", "rue Saint-Denis",
        "rue Fullum", "avenue du Mont-Royal Est", "rue de l’Église", "rue du Rocher", "boulevard Hamel", "rue Bourjoly",
        "montée Saint-Rémi", "rue des Prairies", "rue de la Montagne", "rue Champlain", "rue Cartier", "7e Rue",
        "12e Avenue", "rue Papineau", "rue de Normanville",
    ),
    "en": (
        "Main Street", "Elm Street", "Glebe Avenue", "Barrington Street", "King Street West", "Queen Street",
        "Church Street", "Maple Crescent", "Victoria Avenue", "Lakeshore Road", "Portage Avenue", "Oak Bay Road",
        "Duckworth Street", "Brunswick Street", "Cumberland Drive", "Spadina Crescent", "Jasper Avenue",
        "Commercial Drive", "Princess Street", "St. George Street", "Sherbrooke Street West", "Wellington Crescent",
        "Mountain Road", "Harbour View Lane",
    ),
}  # fmt: skip


def postal_code(rng: Random, city: City) -> str:
    return f"{rng.choice(city.prefixes)} {rng.randrange(10)}{rng.choice(LETTERS)}{rng.randrange(10)}"


def street(rng: Random, language: str) -> str:
    """``1482, rue des Érables, app. 3`` or ``27 Glebe Avenue, Apt. 5``: as each language writes it."""
    number = rng.choice((rng.randrange(2, 240), rng.randrange(240, 4800)))
    flat = rng.randrange(1, 40) if rng.random() < 0.22 else 0
    name = rng.choice(STREETS[language])
    if language == "fr":
        return f"{number}, {name}" + (f", app. {flat}" if flat else "")
    return f"{number} {name}" + (f", Apt. {flat}" if flat else "")


def phone(rng: Random, city: City) -> str:
    """E.164, in the exchange 555 that rings nowhere."""
    return f"+1{city.area_code}555{rng.randrange(10_000):04d}"
