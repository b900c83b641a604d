import pytest

from finetune.privacy import without_personal_data


@pytest.mark.parametrize(
    "text",
    [
        "ayşe.yılmaz+iş@örnek.com.tr",
        "ALI@EXAMPLE.COM",
        "0532 123 45 67",
        "+90 (532) 123 45 67",
        "+905321234567",
        "05321234567",
        "5321234567",
        "0 212 123 45 67",
        "(0212) 123-45-67",
        "212 123 45 67",
        "+49 30 123456",
        "10000000146",  # T.C. kimlik no
        "TR33 0006 1005 1978 6457 8413 26",
        "tr330006100519786457841326",
        "DE89 3704 0044 0532 0130 00",
        "4111 1111 1111 1111",
    ],
)
def test_what_tells_who_asked_is_taken_out(text: str) -> None:
    assert without_personal_data(f"Bana  {text} ile ulaşın") == "Bana ile ulaşın"
    assert without_personal_data(f"Hesabım {text}.") in ("Hesabım .", "Hesabım")


@pytest.mark.parametrize(
    "text",
    [
        "E-1042 hatası 10.0.0.1 adresinde neden olur?",
        "2024-11-22 03:39:51 tarihli kayıt",
        "Parça no 10000000147 hangi pompaya uyar?",  # its check digit is wrong
        "Kayıt 1234567890123 nerede?",
        "4111 1111 1111 1112 numaralı kayıt",
        "3.141592653589793 kaç basamak?",
        "@decorator ve a@b ne demek?",
        "TR33 0006 1005 1978 6457 8413 27 geçerli mi?",
        "1 234 567 890 satır",
        "SP-65 pompa 3.000 d/dk, 400 V 50 Hz",
        "+5 V ile +12 V arasındaki fark",
        "2105551234 sayısı asal mı?",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert without_personal_data(text) == text


def test_a_long_text_takes_no_time() -> None:
    without_personal_data("1 " * 50_000 + "a." * 50_000 + "@" + "TR33 " * 20_000)
