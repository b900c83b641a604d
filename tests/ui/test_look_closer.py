"""Pictures of how a model reads sentences, as the page asks for them; without a browser."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from assistant.errors import KilavuzError
from assistant.model_in_use import InUse, Step, models_folder, write_in_use
from assistant.settings import load_settings
from tests.finetune.workbench.models import tiny
from tests.ui.test_page import assert_harmless
from ui import closer_texts as words
from ui.control import Control
from ui.look_closer import MOST, Wanted, draw_apart, model_of, models_at_hand
from ui.web.closer import closer_html, refused_html
from ui.web.control_actions import ControlActions

HOSTILE = '"><script>x()</script><img src=x onerror=x()>'
BANKS = ("Parayı bankaya yatırdım.", "Parktaki bankada oturduk.", "Irmak kıyısında İstanbul'u andık.")
PNG = b"\x89PNG"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """One with a BERT among its models, and with things that are none."""
    folder = models_folder(tmp_path / "ev")
    tiny("bert", folder / "model-1" / "model")
    tiny("bert", folder / "benim-bert")
    (folder / "turlar" / "1").mkdir(parents=True)
    (folder / "in-use.json").write_text("{}", "utf-8")
    return tmp_path / "ev"


@pytest.fixture
def actions(home: Path, monkeypatch: pytest.MonkeyPatch) -> ControlActions:
    monkeypatch.chdir(home)
    (home / "kilavuz.toml").write_text('embedder = "kilavuz-compact"\n', "utf-8")
    return ControlActions(Control(SimpleNamespace(), load_settings(home=home)), "tr")  # type: ignore[arg-type]


def test_the_models_of_the_home_can_be_chosen(home: Path) -> None:
    assert list(models_at_hand(home)) == ["benim-bert", "model-1"]
    assert model_of(home, "kilavuz-compact", "") == "kilavuz-compact"
    assert model_of(home, "", "model-1") == str(models_folder(home) / "model-1" / "model")
    for name in ("../..", "turlar", "/etc", "in-use.json"):
        with pytest.raises(KilavuzError, match="Böyle bir resim ya da model yok"):
            model_of(home, "", name)
    write_in_use(home, InUse("", 256, (Step("model-1", "x"),)))
    assert model_of(home, "", "") == str(models_folder(home) / "model-1" / "model")
    assert models_at_hand(home / "yok") == {}


@pytest.mark.parametrize("picture", ["tokens", "clusters"])
def test_a_static_model_shows_what_it_can(picture: str) -> None:
    assert draw_apart(Wanted(picture, BANKS, "kilavuz-compact")).startswith(PNG)


@pytest.mark.parametrize("picture", ["attention", "contexts"])
def test_a_static_model_says_what_is_needed_for_the_rest(picture: str) -> None:
    with pytest.raises(KilavuzError, match="katmanları olan bir model gerekir"):
        draw_apart(Wanted(picture, BANKS, "kilavuz-compact", word="banka"))


def test_the_page_draws_with_a_model_of_the_home(actions: ControlActions) -> None:
    asked = {"sentences": "\n".join(BANKS[:2]), "model": "benim-bert", "layer": "2", "head": "0"}
    for picture in ("attention", "contexts"):
        html = actions.draw(asked | {"picture": picture, "word": "banka"})
        assert f'download="kilavuz-{picture}.png"' in html and "data:image/png;base64,iVBOR" in html
    assert words.KEEP.tr in html
    refused = actions.draw(asked | {"picture": "attention", "layer": "9"})
    assert "9. katman yok" in refused and 'role="alert"' in refused
    assert "bu cümlede yok" in actions.draw(asked | {"picture": "contexts", "word": "kuzu"})


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (None, words.UNKNOWN.tr),
        ({"picture": "tokens", "sentences": " \n "}, words.NO_SENTENCE.tr),
        ({"picture": "rm", "sentences": "a"}, words.UNKNOWN.tr),
        ({"picture": "tokens", "sentences": "a", "model": "../../etc"}, words.UNKNOWN.tr),
        ({"picture": "tokens", "sentences": ["a"], "model": {}}, words.NO_SENTENCE.tr),
        ({"picture": "clusters", "sentences": "a\n" * (MOST + 1)}, words.TOO_MANY.tr.format(most=MOST)),
    ],
)
def test_what_a_browser_sends_is_checked(said: object, sentence: str, actions: ControlActions) -> None:
    assert sentence in actions.draw(said)


def test_a_process_that_ends_or_lasts_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.look_closer.sys.executable", "/bin/false")
    with pytest.raises(KilavuzError, match="süreç sonlandı"):
        draw_apart(Wanted("tokens", BANKS))
    monkeypatch.undo()
    monkeypatch.setattr("ui.look_closer.LONGEST", 0.01)
    with pytest.raises(KilavuzError, match="saniyede çizilemedi"):
        draw_apart(Wanted("tokens", BANKS))


@pytest.mark.parametrize("language", ["tr", "en"])
def test_the_form_speaks_both_languages_and_escapes(language: str) -> None:
    html = closer_html(["model-1", HOSTILE], language)
    for said in (words.TITLE, words.DRAW, words.SENTENCES, *words.PICTURES.values()):
        assert said.say(language) in html
    assert "<script" not in html and "<img" not in html
    assert_harmless(refused_html(HOSTILE))
