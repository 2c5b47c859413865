"""What two spellings of one name, company or town have in common. Never shown, only compared."""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit


def _all_of(words: str) -> frozenset[str]:
    return frozenset(words.split())


_LETTERS = str.maketrans(
    {
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ł": "l",
        "þ": "th",
        "ð": "d",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
    }
)
_JOINING = re.compile("[.'`/\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}]")
_WORD = re.compile(r"\w+")

_LEGAL_FORMS = _all_of("""
    ab ag aps as asa bhd bv co company corp corporation cv cva doo dooel eg ehf ek ev eood eurl gbr gesmbh gie
    gmbh hf inc incorporated ivs kft kg kgaa kk ks lda limited llc llp lp ltd ltda mbh nv oe ohg ood ou oy oyj
    pjsc plc pte pty pvt sa sab sae sarl sas sasu sc sca scs sdn se sia sl slu snc spa
    spk spolka spzoo srl sro
    tov uab ug ua vof zrt zoo oo
""")
_LEADING_FORMS = _all_of("ab the oy pt firma as sia uab")
_TITLES = _all_of("""
    dr prof professor doctor mr mrs ms miss mx sir herr frau hr fr ing dipl mag phd md mba msc bsc jr sr
    monsieur madame mme mlle don dona sra signor signora
""")
_PARTICLES = _all_of("""
    von van der den de del della di da dal do dos das du la le las los zu zur zum af av of ten ter te y e bin
    ibn al el
""")
# Addresses there say nothing about the company.
_FREE_MAIL = _all_of("""
    gmail.com googlemail.com yahoo.com yahoo.de yahoo.fr yahoo.co.uk outlook.com outlook.de hotmail.com
    hotmail.de hotmail.fr hotmail.co.uk live.com msn.com icloud.com me.com mac.com aol.com gmx.de gmx.net
    gmx.at gmx.ch gmx.com web.de t-online.de freenet.de mail.com mail.ru yandex.ru yandex.com proton.me
    protonmail.com pm.me posteo.de orange.fr free.fr wanadoo.fr laposte.net libero.it virgilio.it seznam.cz
    wp.pl o2.pl onet.pl qq.com 163.com 126.com naver.com zoho.com fastmail.com hey.com tutanota.com
""")


@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Without accents, case, width and punctuation: `Ångström & Søn` is `angstrom son`."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(each for each in apart if not unicodedata.combining(each))
    return " ".join(_WORD.findall(_JOINING.sub("", bare.translate(_LETTERS))))


def company_form(text: str | None) -> str | None:
    """The company without its legal form: `Müller & Söhne GmbH & Co. KG` is `muller sohne`."""
    words = folded(text or "").split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    if len(words) > 1 and words[0] in _LEADING_FORMS:
        words.pop(0)
    return " ".join(words) or None


def person_form(text: str | None) -> str | None:
    """The person without title and particles, the words in one order: `Dr. Lee, Ann` is `ann lee`."""
    words = folded(text or "").split()
    said = [word for word in words if word not in _TITLES and word not in _PARTICLES]
    return " ".join(sorted(said or words)) or None


def email_form(text: str | None) -> str | None:
    """The address whatever its case."""
    return text.strip().lower() if text else None


def domain_of_email(text: str | None) -> str | None:
    """The domain, unless it is one where anybody gets an address."""
    domain = (text or "").rpartition("@")[2].strip().lower()
    return domain if domain and domain not in _FREE_MAIL else None


def domain_of_website(text: str | None) -> str | None:
    """The host without `www.`; None for what is no address."""
    address = text or ""
    try:
        host = urlsplit(address if "//" in address else f"//{address}").hostname or ""
    except ValueError:
        return None
    domain = host.removeprefix("www.")
    return domain if "." in domain and domain not in _FREE_MAIL else None
