"""How things are asked, by rule: the templates that train and those that only test.

No template, whatever rule it belongs to, stands on both sides: a model that has learned how training asks is
tested with other wordings. Words in braces are the slots of `Found`; a template is only used where it has all
of them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Templates:
    """The two sides of a rule."""

    train: tuple[str, ...]
    test: tuple[str, ...]


_DONE_BY_ME = ("{o} nasıl {passive}?", "{o} nasıl {first}?", "{o} {inf} için ne yapmalıyım?")

TEMPLATES = {
    "definition": Templates(
        ("{x} nedir?", "{x} ne demek?", "{x} nedir, kısaca açıklar mısın?"),
        ("{x} denince ne anlaşılıyor?", "{x} tam olarak neyi anlatıyor?", "{x} kavramını açıklar mısınız?"),
    ),
    "abbreviation": Templates(
        ("{x} açılımı nedir?", "{x} neyin kısaltması?"),
        ("{x} harfleri neyi temsil ediyor?", "{x} hangi sözcüklerden oluşuyor?"),
    ),
    "asked": Templates(("{q}?",), ("Merak ettim, {q}?", "{q}, bilen var mı?")),
    "how": Templates(
        (*_DONE_BY_ME, "{o} {doing} nasıl yapılıyor?"),
        ("{o} {inf} istiyorum, hangi adımları izlemeliyim?", "{o} {doing} işini ne şekilde hallederim?"),
    ),
    "done": Templates(
        ("{h} nasıl yapılır?", "{h}"),
        ("{h} için hangi adımlar izlenir?", "{h} konusunda yol gösterir misin?"),
    ),
    "heading": Templates(
        ("{h}", "{h} hakkında bilgi verir misin?", "{h} nedir?"),
        ("{h} konusunu anlatır mısın?", "{h} ile ilgili ne biliyoruz?"),
    ),
    "topic heading": Templates(
        ("{t} {h}", "{t} için {h} hakkında bilgi"),
        ("{t} konusunda {h} nasıl açıklanıyor?", "{t} belgesinde {h} kısmı ne diyor?"),
    ),
    "task": Templates(
        (*_DONE_BY_ME, "{o} {inf} için ne gerekir?"),
        ("{o} {inf} istiyorum, ne önerirsin?", "{o} {doing} işlemi hangi yolla olur?"),
    ),
    "doer": Templates(
        ("{o} nasıl {first}?", "{o} {inf} için ne kullanılır?", "{o} {part} nedir?", "{o} {inf}"),
        ("Hangisi {o} {verb}?", "{o} {inf} istiyorum, neyi çağırmalıyım?", "{o} {doing} işini gören var mı?"),
    ),
    "summary": Templates(
        ("{x} ne işe yarar?", "{x} ne yapar?"),
        ("{x} hangi amaçla kullanılıyor?", "{x} tam olarak neyi sağlıyor?"),
    ),
    "role": Templates(
        ("{x} ne yapar?", "{x} ne işe yarar?"),
        ("{x} neye yarıyor?", "{x} hangi işi üstleniyor?"),
    ),
    "why": Templates(
        ("{b} neden {verb}?", "{b} {verb}, neden?"),
        ("{b} niçin {verb}?", "{b} {verb} ama sebebi ne?", "{b} niye {verb}?"),
    ),
    "condition": Templates(
        ("{k} ne olur?", "{k} ne yapmak gerekir?"),
        ("{k} ne gibi bir etkisi olur?", "{k} nasıl bir sonuçla karşılaşırım?"),
    ),
    "condition of": Templates(
        ("{t} kullanırken {k} ne olur?", "{t}: {k} sonuç ne olur?"),
        ("{t} için {k} ne gibi bir etkisi var?", "{k} {t} nasıl davranıyor?"),
    ),
    "whether": Templates(
        ("{b} {verb} {mi}?",),
        ("Belgelere göre {b} {verb} {mi}?", "{b} {verb} {mi}, yoksa bir kısıt var mı?"),
    ),
    "value": Templates(
        ("{b} {kac} {a}?",),
        ("{b} ne kadar {much}?",),
    ),
    "year": Templates(("{b} hangi {y} {a}?",), ("{b} ne zaman {a}?",)),
    "default": Templates(
        ("{x} varsayılan değeri nedir?", "{x} öntanımlı değeri kaç?"),
        ("{x} default değeri ne?", "{x} ilk değeri olarak ne atanmış?"),
    ),
    "which": Templates(("{b} hangi {kind} {a}?",), ("{b} {what} {a}?",)),
    "subject": Templates(("{b} ne {verb}?",), ("Hangi araç ya da kavram {b} {verb}?",)),
    "list": Templates(
        ("{s} nelerdir?", "{s} hangileridir?"),
        ("{s} neler, sayar mısın?", "{s} listesini verebilir misin?"),
    ),
    "compare": Templates(
        ("{a} ile {b} arasındaki fark nedir?", "{a} {b} farkı"),
        ("{a} {ami} {b} {bmi} kullanmalıyım?", "{a} ve {b} hangi yönlerden ayrılır?"),
    ),
    "instead": Templates(
        ("{x} yerine ne kullanılmalı?", "{x} yerine ne kullanabilirim?"),
        ("{x} kullanmak istemiyorum, alternatifi ne?",),
    ),
    "error": Templates(
        ("{e}", "{e} hatası nasıl çözülür?", "{e} hatası neden olur?"),
        ("{e} hatası alıyorum, ne yapayım?", "Ekranda {e} yazıyor, sorun nedir?"),
    ),
    "thrown": Templates(
        ("{t} hangi durumda {x} verir?", "{t} {x} hatası"),
        ("{t} çağırınca {x} alıyorum, sorun ne olabilir?",),
    ),
    "command": Templates(
        ("{k}", "{k} komutu ne yapar?", "{k} ne işe yarar?"),
        ("{k} yazınca ne oluyor?", "{k} komutunu ne zaman kullanırım?"),
    ),
    "term": Templates(
        ("{x} ne işe yarar?", "{x} nedir?", "{x}"),
        ("{x} neyi belirliyor?", "{x} hangi amaçla kullanılıyor?"),
    ),
    "part": Templates(
        ("{t} için {x} ne anlama gelir?", "{t} {x} nedir?", "{t} {x}"),
        ("{t} kullanırken {x} neyi belirliyor?", "{t} içinde {x} kısmına ne yazılır?"),
    ),
    "keywords": Templates(("{k}",), ("{k} nerede anlatılıyor?", "{k} konusu")),
    "side parameters": Templates(
        ("{t} hangi parametreleri alır?", "{t} parametreleri nelerdir?"),
        ("{t} için verilebilecek argümanlar neler?", "{t} çağrılırken neler verilmeli?"),
    ),
    "side returns": Templates(
        ("{t} ne döndürür?", "{t} dönüş değeri nedir?"),
        ("{t} çağrısından ne sonuç gelir?", "{t} geriye ne veriyor?"),
    ),
    "side install": Templates(
        ("{t} nasıl kurulur?", "{t} kurulumu nasıl yapılır?"),
        ("{t} kurmak istiyorum, nereden başlamalıyım?",),
    ),
    "side example": Templates(
        ("{t} örneği", "{t} nasıl kullanılır, örnek var mı?"),
        ("{t} için örnek bir kullanım gösterir misin?",),
    ),
    "side errors": Templates(
        ("{t} hangi hataları verir?", "{t} hata durumunda ne yapar?"),
        ("{t} ne zaman hata fırlatıyor?",),
    ),
    "side changes": Templates(
        ("{t} hangi sürümde değişti?", "{t} sürüm değişiklikleri"),
        ("{t} yeni sürümlerde nasıl farklılaştı?",),
    ),
    "side syntax": Templates(("{t} sözdizimi nasıl?",), ("{t} nasıl yazılıyor, biçimi ne?",)),
    "side needs": Templates(
        ("{t} için neler gerekir?", "{t} gereksinimleri nelerdir?"),
        ("{t} kullanmadan önce neler hazır olmalı?",),
    ),
    "side features": Templates(("{t} özellikleri nelerdir?",), ("{t} hangi özelliklere sahip?",)),
    "side benefits": Templates(("{t} avantajları nelerdir?",), ("{t} kullanmanın artıları neler?",)),
    "side drawbacks": Templates(
        ("{t} dezavantajları nelerdir?", "{t} sınırlamaları nelerdir?"),
        ("{t} hangi eksikleri barındırıyor?",),
    ),
    "side purpose": Templates(("{t} amacı nedir?",), ("{t} ne için yapılmış?",)),
    "side usage": Templates(("{t} nasıl kullanılır?",), ("{t} kullanmaya nasıl başlarım?",)),
    "side settings": Templates(
        ("{t} nasıl yapılandırılır?", "{t} ayarları nelerdir?"),
        ("{t} için hangi ayarları değiştirebilirim?",),
    ),
    "side cautions": Templates(
        ("{t} kullanırken nelere dikkat edilmeli?",),
        ("{t} ile ilgili bilmem gereken bir uyarı var mı?",),
    ),
    "side prevention": Templates(
        ("{t} nasıl önlenir?", "{t} için hangi önlemler alınır?"),
        ("{t} karşısında kendimi nasıl korurum?",),
    ),
}  # fmt: skip
"""Rules and their templates."""
