from finetune.copies import copies_of

LONG = "bir iki üç dört beş altı yedi sekiz dokuz on on1 on2 on3 on4 on5 on6 on7 on8 on9 yirmi"


def test_itself_and_what_differs_in_a_word_or_two_are_copies() -> None:
    pool = [
        "Vana kapatılır.",
        LONG,
        LONG.replace("yirmi", "otuz"),
        LONG.replace("on1 on2 on3", "x y z"),
        LONG,
    ]
    assert copies_of([LONG, "Vana kapatılır."], pool) == [[1, 2, 4], [0]]


def test_a_quotation_is_found_inside_its_passage() -> None:
    pool = ["Başlık\nPompa yağı  yılda\nbir değişir. Sonra vana kapatılır.", "Vana kapatılır."]
    assert copies_of(["Pompa yağı yılda bir değişir."], pool) == [[0]]
    assert copies_of(["Pompa"], pool) == [[]]  # too short to mean one passage


def test_nothing_is_no_copy_of_anything() -> None:
    assert copies_of([], []) == []
    assert copies_of(["", "yok"], ["", "var"]) == [[], []]
    assert copies_of(["tek"], []) == [[]]
