"""The formats that schemas may name: check digits, code lists and dates, checked where jsonschema checks nothing.

The catalog refuses any other, so that no `format` is passed over in silence.
"""

import calendar
import re
from collections.abc import Callable, Mapping

from stdnum import ean, imei, isbn, issn


def _codes(text: str) -> frozenset[str]:
    return frozenset(text.split())


# ISO 3166-1 alpha-2 (ISO Online Browsing Platform), and EU, which ISO reserves for the European Union: packs do say
# "Made in EU".
COUNTRIES = _codes(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA "
    "CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA "
    "GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP "
    "KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS "
    "MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS "
    "RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW "
    "TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW EU"
)

# ISO 639-1 (code lists of the Library of Congress, its registration authority for 639-2).
LANGUAGES = _codes(
    "aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo "
    "es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka "
    "kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng "
    "nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su "
    "sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu"
)

# ISO 4217 (SIX, lists one and three): money that can stand on a price tag, so no funds, metals or test codes; at the
# end what the euro replaced, which older books still print.
CURRENCIES = _codes(
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY "
    "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU "
    "UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG "
    "ATS BEF BGN CYP DEM EEK ESP FIM FRF GRD HRK IEP ITL LTL LUF LVL MTL NLG PTE SIT SKK"
)

# A GTIN-8 never begins with 0 (GS1 General Specifications, prefixes): such eight digits are a UPC-E, or a shop's own.
_GTIN = re.compile(r"[1-9][0-9]{7}|[0-9]{12,14}")
_ISBN = re.compile(r"[0-9]{9}[0-9Xx]|97[89][0-9]{10}")
_UFI = re.compile(r"[0-9AC-HJKMNP-Y]{4}(-[0-9AC-HJKMNP-Y]{4}){3}")
_UFI_DIGITS = "0123456789ACDEFGHJKMNPQRSTUVWXY"
_ISSN = re.compile(r"[0-9]{4}-?[0-9]{3}[0-9Xx]")
_IMEI = re.compile(r"[0-9]{15}")
# First digit 0 to 6, second 0 to 9; an additional letter, a supplementary one; K by ISO 20653.
_IP = r"IP ?[0-6X][0-9X](K|[A-D]?[FHMSW]?)"
_IP_RATING = re.compile(rf"{_IP}(/{_IP})?")
_LONGEST_TYRE_SIZE = 40  # characters: the longest with all its suffixes has half as many
_TYRE_WIDTH = re.compile(r"[A-Z]{0,3} ?([0-9]{3})/([0-9]{2,3})(?![0-9.,])")
_PARTIAL_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def is_gtin(text: str) -> bool:
    """Whether it is a GTIN-8, -12, -13 or -14, digits only, with a right check digit (GS1 General Specifications)."""
    return bool(_GTIN.fullmatch(text)) and ean.is_valid(text)


def is_isbn(text: str) -> bool:
    """Whether it is an ISBN-10 or ISBN-13, hyphens or spaces allowed, with a right check digit (ISO 2108)."""
    # stdnum also takes the nine digits of an SBN, the ISBN's forerunner.
    return bool(_ISBN.fullmatch(text.replace("-", "").replace(" ", ""))) and isbn.is_valid(text)


def is_partial_date(text: str) -> bool:
    """Whether it is a real date, YYYY, YYYY-MM or YYYY-MM-DD (ISO 8601-1, reduced precision), from the year 1000 on."""
    match = _PARTIAL_DATE.fullmatch(text)
    if not match:
        return False
    year, month, day = (int(part or 1) for part in match.groups())
    return year >= 1000 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def is_ufi(text: str) -> bool:
    """Whether it is a unique formula identifier, four groups of four, whose check character fits.

    Each character's value times its place, summed, is a multiple of 31 (ECHA, UFI developers manual, checksum).
    """
    if not _UFI.fullmatch(text):
        return False
    values = map(_UFI_DIGITS.index, text.replace("-", ""))
    return sum(place * value for place, value in enumerate(values, 1)) % 31 == 0


def is_issn(text: str) -> bool:
    """Whether it is an ISSN, with its hyphen or without, with a right check character (ISO 3297)."""
    return bool(_ISSN.fullmatch(text)) and issn.is_valid(text.upper())


def is_imei(text: str) -> bool:
    """Whether it is an IMEI of 15 digits with a right check digit (3GPP TS 23.003, annex B)."""
    return bool(_IMEI.fullmatch(text)) and imei.is_valid(text)


def is_ip_rating(text: str) -> bool:
    """Whether it is a degree of protection that IEC 60529 or ISO 20653 has, or two of them: IP67, IPX4, IP65/IP67."""
    return bool(_IP_RATING.fullmatch(text))


def is_tyre_size(text: str) -> bool:
    """Whether it has two figures, and the width of a metric one such as 205/55 R16 is in steps of 5 mm (ISO 4000-1).

    The height is 20 to 110 % of that width, or, on race tyres, 400 mm and more. A size in inches is taken as it is;
    what else stands in a size is left to a schema's pattern.
    """
    if len(text) > _LONGEST_TYRE_SIZE or not re.search(r"[0-9][^0-9]+[0-9]", text):
        return False
    metric = _TYRE_WIDTH.match(text)
    return not metric or (int(metric[1]) % 5 == 0 and (20 <= int(metric[2]) <= 110 or int(metric[2]) >= 400))


CHECKS: Mapping[str, Callable[[str], bool]] = {
    "gtin": is_gtin,
    "isbn": is_isbn,
    "issn": is_issn,
    "imei": is_imei,
    "ufi": is_ufi,
    "partial-date": is_partial_date,
    "ip-rating": is_ip_rating,
    "tyre-size": is_tyre_size,
    "country": COUNTRIES.__contains__,
    "language": LANGUAGES.__contains__,
    "currency": CURRENCIES.__contains__,
}
"""The formats that schemas may name, and whether a text is of one."""

PROVING = frozenset({"gtin", "isbn", "issn", "imei", "ufi"})
"""Formats whose text carries a check digit: a text that is of one is borne out by it.

One misread digit is always found, and of texts with several at least nine in ten: ten, eleven or 31 check characters
are possible, and one fits. The other formats find what can't be, and prove nothing.
"""

MEANINGS: Mapping[str, str] = {
    "gtin": "8, 12, 13 or 14 digits, the last a check digit: one is misread; 8 that begin with 0 are a UPC-E",
    "isbn": "10 or 13 characters besides hyphens and spaces, the last a check digit: one is misread or missing",
    "issn": "8 characters, a hyphen in their middle or none, the last a check digit: one is misread",
    "imei": "15 digits, the last a check digit: one is misread",
    "ufi": "four groups of four, without B, I, L, O and Z, the first a check character: one is misread",
    "partial-date": "a date of the calendar written YYYY, YYYY-MM or YYYY-MM-DD, such as 2027-05",
    "ip-rating": "IP, a digit from 0 to 6 or X, a digit or X, perhaps letters, such as IP67",
    "tyre-size": "a width in steps of 5 mm before the slash, and a height of 20 to 110 % after it, such as 205/55 R16",
    "country": "two capital letters of ISO 3166-1 alpha-2, such as GB, or EU",
    "language": "two small letters of ISO 639-1, such as en",
    "currency": "three capital letters of ISO 4217, such as EUR",
}
"""What a text of each format looks like, in words for whoever has to mend one."""
