import json
from collections.abc import Callable
from pathlib import Path

import pytest

from assistant.errors import KilavuzError
from finetune import data_rows as rows
from finetune.data import EXAMPLES, holds_pairs, read_pairs, read_triples, write_triples
from finetune.records import ScoredPair, Triple

Written = Callable[[str, str | bytes], Path]
ONE = '{"question": "Vana nedir?", "answer": "Akışı keser."}\n'
TWO = ONE + '{"question": "Pompa nedir?", "positive": "Sıvıyı taşır.", "negatives": ["Akışı keser."]}\n'


@pytest.fixture
def written(tmp_path: Path) -> Written:
    def write(name: str, data: str | bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.jsonl", TWO),
        ("a.jsonl", "\n" + TWO.replace("\n", "\r\n\r\n")),
        ("a.json", TWO),
        ("a.json", "[\n" + TWO.replace("\n", ",\n").rstrip(",\n") + "\n]\n"),
        ("a.json", json.dumps([json.loads(line) for line in TWO.splitlines()], indent=2)),  # \u escapes
        ("a.csv", "question,answer,negative1,negative2\nVana nedir?,Akışı keser.,,\n"
                  '"Pompa nedir?","Sıvıyı taşır.","Akışı keser.",\n'),
        ("A.CSV", "QUESTION;ANSWER;NEGATIVE1\nVana nedir?;Akışı keser.\n\n"
                  "Pompa nedir?;Sıvıyı taşır.;Akışı keser.\n"),
        ("a.csv", 'question,positive,negatives\nVana nedir?,Akışı keser.,[]\n'
                  'Pompa nedir?,Sıvıyı taşır.,"[""Akışı keser.""]"\n'),
    ],
)  # fmt: skip
def test_every_form_of_questions_is_read(written: Written, name: str, text: str) -> None:
    path = written(name, text)
    assert not holds_pairs(path)
    assert list(read_triples(path)) == [
        Triple("Vana nedir?", "Akışı keser."),
        Triple("Pompa nedir?", "Sıvıyı taşır.", ("Akışı keser.",)),
    ]


def test_the_answer_itself_is_no_negative(written: Written) -> None:
    row = (
        '{"question": "Vana nedir?", "answer": "Akışı keser.", "negatives": ["Akışı keser.", "x", "x", ""]}\n'
    )
    assert next(read_triples(written("a.jsonl", row + ONE))).negatives == ("x",)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "sentence_0,sentence_1,label\nGüzeldi.,Beğendim.,0.8\nGüzeldi.,Yağmur yağdı.,0.1\n"),
        ("a.csv", 'sentence_0;sentence_1;label\nGüzeldi.;Beğendim.;0,8\nGüzeldi.;Yağmur yağdı.;"0,1"\n'),
        ("a.csv", '"Güzeldi.", "Beğendim.", 0.8\n"Güzeldi.", "Yağmur yağdı.", 0.1\n'),
        ("a.csv", "sentence1,sentence2,score\nGüzeldi.,Beğendim.,4.0\nGüzeldi.,Yağmur yağdı.,0.5\n"),
        ("a.jsonl", '{"sentence_0": "Güzeldi.", "sentence_1": "Beğendim.", "label": 4}\n'
                    '{"sentence_0": "Güzeldi.", "sentence_1": "Yağmur yağdı.", "label": 0.5}\n'),
    ],
)  # fmt: skip
def test_scores_of_both_scales_are_from_0_to_1(written: Written, name: str, text: str) -> None:
    path = written(name, text)
    assert holds_pairs(path)
    assert list(read_pairs(path)) == [
        ScoredPair("Güzeldi.", "Beğendim.", 0.8),
        ScoredPair("Güzeldi.", "Yağmur yağdı.", 0.1),
    ]


@pytest.mark.parametrize(
    "score", ["1.2", "-0.1", "NaN", "Infinity", "true", '"çok"', "null", '"nan"', "1e999", "[]"]
)
def test_a_score_out_of_range_is_named_with_its_line(written: Written, score: str) -> None:
    row = '{"sentence_0": "Bir.", "sentence_1": "İki.", "label": %s}\n'
    path = written("a.jsonl", row % "0.5" * 30 + row % score)
    with pytest.raises(KilavuzError, match=r"satır 31: puan 0 ile 1 arasında"):
        list(read_pairs(path))


def test_a_score_above_5_is_refused_in_a_file_of_the_other_scale(written: Written) -> None:
    path = written("a.csv", "sentence1,sentence2,score\nBir.,İki.,4\nBir.,Üç.,5.5\n")
    with pytest.raises(KilavuzError, match="satır 3: puan"):
        list(read_pairs(path))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.jsonl", TWO + '{"question": "Yarım', "satır 3: JSON nesnesi değil"),
        ("a.jsonl", TWO + '["a", "b"]\n', "satır 3: JSON nesnesi değil"),
        ("a.jsonl", TWO + "[" * 100_000 + "\n", "satır 3: JSON nesnesi değil"),
        ("a.jsonl", TWO + '{"question": ' + "1" * 5000 + "}\n", "satır 3: "),
        ("a.json", '[\n{"question": "a", "answer": "b"},\n{"question": "c" "answer"}\n]', "satır 3: JSON"),
        ("a.json", '[\n{"question": "a", "answer": "b"},\n', "JSON nesnesi değil"),
        ("a.json", '[\n{"question": "a", "answer": "b"},\n5]', "satır 3: JSON nesnesi değil"),
        ("a.json", "[" * 100_000, "satır 1: JSON nesnesi değil"),
        ("a.json", '{\n"question": "a"\n}', "satır 1: JSON nesnesi değil"),
        ("a.jsonl", TWO + '{"question": "Vana nedir?"}\n', "satır 3: 'positive' ya da 'answer' sütunu yok"),
        ("a.jsonl", TWO + '{"question": " ", "answer": "x"}\n', "satır 3: 'question' boş"),
        ("a.jsonl", TWO + '{"question": 5, "answer": "x"}\n', "satır 3: 'question' boş ya da metin değil"),
        ("a.jsonl", TWO + '{"question": "a", "answer": "x", "negatives": [5]}\n', "satır 3: 'negatives'"),
        ("a.jsonl", TWO + '{"question": "a", "answer": "x", "negatives": {}}\n', "satır 3: 'negatives'"),
        ("a.csv", "soru,cevap\na,b\nc,d\n", "satır 2: 'question' sütunu yok"),
        ("a.csv", "question,answer\na,b\nc,d, ve e\n", "satır 3: başlıktan fazla sütun"),
        ("a.csv", 'question,answer\n"a\nb",c\n"d,e\nf,g\n', "satır 4: CSV bozuk"),
        ("a.csv", "question,answer\na,b\nc\n", "satır 3: 'answer' boş"),
        ("a.csv", "question,answer\n", "yeterli satır yok"),
        ("a.jsonl", ONE, "yeterli satır yok"),
        ("a.json", "[]", "yeterli satır yok"),
        ("a.jsonl", "", "boş"),
        ("a.csv", "\n \n", "boş"),
        ("a.xlsx", "x", "dosya türü okunamıyor"),
        ("a.jsonl", b"PK\x03\x04" + bytes(range(256)) * 40, "metin dosyası değil"),
        ("a.jsonl", TWO.encode("cp857"), "kodlaması anlaşılamadı"),
    ],
)  # fmt: skip
def test_a_file_that_will_not_do_is_told_in_one_sentence(
    written: Written, name: str, text: str | bytes, said: str
) -> None:
    path = written(name, text)
    with pytest.raises(KilavuzError, match=said) as error:
        list(read_triples(path))
    assert str(path) in error.value.message.tr
    assert str(path) in error.value.message.en
    assert error.value.message.tr.endswith(".")
    assert "\n" not in error.value.message.tr


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    for path in (tmp_path / "yok.jsonl", tmp_path / "klasör.csv"):
        (tmp_path / "klasör.csv").mkdir(exist_ok=True)
        with pytest.raises(KilavuzError, match="Veri dosyası okunamadı"):
            list(read_triples(path))


def test_pairs_that_are_questions_are_told(written: Written) -> None:
    with pytest.raises(KilavuzError, match="satır 1: 'label' ya da 'score' sütunu yok"):
        list(read_pairs(written("a.jsonl", TWO)))


def test_rows_come_while_the_file_is_read(written: Written) -> None:
    broken_end = written("a.json", "[" + ", ".join(TWO.splitlines() * 5000) + ", {")
    triples = read_triples(broken_end)
    assert next(triples).question == "Vana nedir?"
    with pytest.raises(KilavuzError, match="satır 1"):
        list(triples)


def test_a_row_that_never_ends_is_not_read_to_its_end(
    written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "LONGEST_ROW", 100_000)
    endless = '{"question": "' + "a" * 1_000_000
    for name, text in (
        ("a.jsonl", endless),
        ("a.json", "[" + endless),
        ("a.csv", 'q,a\n"' + "a\n" * 500_000),
    ):
        with pytest.raises(KilavuzError, match=r"satır [12]: "):
            list(read_triples(written(name, text)))


def test_letters_are_mended_in_every_column(written: Written) -> None:
    spoiled = "".join(TWO.encode().decode("latin-1"))
    assert [t.positive for t in read_triples(written("a.jsonl", spoiled))] == [
        "Akışı keser.",
        "Sıvıyı taşır.",
    ]
    for encoding in ("cp1254", "utf-16", "utf-16-le", "utf-8-sig", "utf-32"):
        path = written("a.jsonl", TWO.encode(encoding))
        assert [t.negatives for t in read_triples(path)] == [(), ("Akışı keser.",)]
    escaped = "".join(
        json.dumps({"question": f"{i} ba臒lant谋 m谋?", "answer": "a艧谋k"}) + "\n" for i in range(3)
    )
    assert next(read_triples(written("a.jsonl", escaped))) == Triple("0 bağlantı mı?", "aşık")


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    triples = [Triple("S1?", "Satır\nsonu", ("n1", "n2"), "a.md", "vote"), Triple("S2?", "İıŞ ' \"")]
    assert write_triples(tmp_path / "yeni" / "a.jsonl", triples) == 2
    assert list(read_triples(tmp_path / "yeni" / "a.jsonl")) == triples
    assert [path.name for path in (tmp_path / "yeni").iterdir()] == ["a.jsonl"]


def test_nothing_half_written_stays(tmp_path: Path) -> None:
    def stopped() -> object:
        yield Triple("S1?", "C1")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_triples(tmp_path / "a.jsonl", stopped())  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "dosya").touch()
    with pytest.raises(KilavuzError, match="Dosya yazılamadı"):
        write_triples(tmp_path / "dosya" / "a.jsonl", [])


def test_the_examples_that_ship_are_read() -> None:
    files = sorted(path for path in EXAMPLES.iterdir() if path.suffix in rows.SUFFIXES)
    assert len(files) == 5
    for path in files:
        if holds_pairs(path):
            scores = [pair.score for pair in read_pairs(path)]
            assert len(scores) >= 10
            assert max(scores) > 0.9 and min(scores) < 0.2
        else:
            triples = list(read_triples(path))
            assert len(triples) >= 10
            assert len({triple.question for triple in triples}) == len(triples)
            if "negatives" in path.name:
                assert all(2 <= len(triple.negatives) <= 5 for triple in triples)
