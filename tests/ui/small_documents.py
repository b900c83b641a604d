"""Short Turkish documents that many questions can be made of."""

from itertools import product

KINDS = ["pompa", "vana", "kompresör", "türbin", "jeneratör", "filtre", "sensör", "röle", "sigorta", "kazan"]
JOBS = ["suyu süzen", "basıncı dengeleyen", "yağı soğutan", "gazı sıkıştıran", "akımı kesen", "ısıyı taşıyan"]
PLACES = ["bodrum katında", "çatı arasında", "makine dairesinde", "arka avluda", "kumanda odasında"]
FAULTS = ["aşırı ısınma", "yağ kaçağı", "gerilim düşmesi", "tıkanma", "titreşim", "nem"]
BEGINNINGS = ["Kar", "Dol", "Çın", "Işı", "Yıl", "İpe", "Şim", "Göz"]
ENDS = ["zan", "muk", "gül", "pay", "vur", "tor", "bes", "nil"]


def documents() -> dict[str, str]:
    """64 by name, each about a thing of its own, so that every question has one right passage."""
    made = {}
    for n, (beginning, end) in enumerate(product(BEGINNINGS, ENDS)):
        thing = f"{beginning}{end} {KINDS[n % 10]}"
        made[f"{thing}.md"] = (
            f"# {thing}\n\n{thing}, {PLACES[n % 5]} {JOBS[n % 6]} bir aygıttır.\n"
            f"{thing} {FAULTS[(n + 2) % 6]} nedeniyle {n + 11} bar basınçta yıpranır.\n"
            f"{thing}, {FAULTS[n % 6]} görülürse durdurulmalıdır.\n"
        )
    return made
