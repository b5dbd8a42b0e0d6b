"""Names of the demo people, made up for this product, by culture; non-Latin ones as native/latin."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Culture:
    """How people of one place are named, reached and where they live.

    `given` and `family` hold words, each `native` or `native/latin`; `places` holds
    "country[-region] locale time-zone" triples; `phone` is a pattern in a number range set aside for
    fiction, with `#` for each free digit, or "" where the country has set none aside.
    """

    given: str
    family: str
    places: tuple[str, ...]
    phone: str = ""
    family_first: bool = False
    joint: str = " "


FICTION_NA = "+1{area}55501##"

CULTURES: tuple[Culture, ...] = (
    Culture(
        "Marlowe Wren Tansy Corwin Blythe Jessamy Alder Perrin Linnet Hadley Orla Rowan",
        "Thistlewood Ashgrove Penhallow Brackley Wexcombe Farrowdale Quillfeather Moorby Larkhill Stannaway",
        ("GB en-GB Europe/London", "GB en-GB Europe/London", "IE en-IE Europe/Dublin"),
        "+447700900###",
    ),
    Culture(
        "Dakota Sierra Carson Juniper Maverick Presley Easton Willa Jaxen Marisol Tobin Keziah",
        "Holloway-Reyes Brightwater Castleton Mesquite Ironwood Delacroix Sandoval Winterbourne Pinecrest",
        (
            "US-CA en-US America/Los_Angeles",
            "US-CA en-US America/Los_Angeles",
            "US-TX en-US America/Chicago",
            "US-NY en-US America/New_York",
            "US-CO en-US America/Denver",
            "CA-ON en-CA America/Toronto",
        ),
        FICTION_NA,
    ),
    Culture(
        "Maëlle Théophile Solène Gaëtan Anaïs Loïc Éloïse Corentin Ysoline Barnabé",
        "Vauchamp Delorière Montrevel Saint-Aubrac Bellecombe L'Hermière Chantegrive d'Orvallon",
        ("FR fr-FR Europe/Paris", "BE fr-BE Europe/Brussels"),
        "+3363998####",
    ),
    Culture(
        "Liesbeth Jörg Annegret Götz Friederun Ansgar Käthe Björn Svenja Tilmann",
        "Großmühl Brückenthal Weißenbach Hohenlinden Müllerstedt Schönwasser von_Eichgrund Tänzer",
        ("DE de-DE Europe/Berlin", "AT de-AT Europe/Vienna", "CH de-CH Europe/Zurich"),
        "+49176040690##",
    ),
    Culture(
        "Xiomara Íñigo Nerea Ulises Araceli Joaquín Citlali Lautaro Begoña Amaru",
        "Peñalosa Montecillo Quiñonero Del_Arrayán Ibargüen Cienfuentes Yupanqui_Roble Zarcillo",
        ("ES es-ES Europe/Madrid", "MX es-MX America/Mexico_City", "AR es-AR America/Argentina/Buenos_Aires"),
    ),
    Culture(
        "Iracema Thaís Jurandir Conceição Ubirajara Antônia Caetano Moacir Lívia",
        "Cantagalo Guimarães_Prado Araribóia Sertãozinho Figueiral dos_Anjos_Brancos Pedreirão",
        ("BR pt-BR America/Sao_Paulo", "PT pt-PT Europe/Lisbon"),
    ),
    Culture(
        "Żaneta Świętosława Zdzisław Łucja Bożydar Grażyna Wacław Jagna",
        "Brzęczkowiak Źdźbłowska Niedźwiedzki Chrząstowicz Jaworzanka Wąsoszek Krzyżówka",
        ("PL pl-PL Europe/Warsaw", "CZ cs-CZ Europe/Prague"),
    ),
    Culture(
        "Åsa Øystein Synnøve Torbjörn Ægir Þórdís Signhild Håkon",
        "Björkholm Fjällström Sølvberg Æbeltoft Grágásdóttir Nørrelund Älvdalius",
        ("SE sv-SE Europe/Stockholm", "NO nb-NO Europe/Oslo", "DK da-DK Europe/Copenhagen"),
        "+4670174069#",
    ),
    Culture(
        "Ярослава/Yaroslava Мирон/Myron Зоряна/Zoriana Тарас/Taras Ксенія/Kseniia Остап/Ostap",
        "Вишневенко/Vyshnevenko Лісогірська/Lisohirska Журавлюк/Zhuravliuk Степовик/Stepovyk",
        ("UA uk-UA Europe/Kyiv", "BG bg-BG Europe/Sofia"),
    ),
    Culture(
        "Ουρανία/Ourania Λεωνίδας/Leonidas Χρυσάνθη/Chrysanthi Φώτης/Fotis Καλλιρόη/Kallirroi",
        "Θαλασσινός/Thalassinos Ανεμογιάννη/Anemogianni Πετροκέφαλος/Petrokefalos Ελαιώνας/Elaionas",
        ("GR el-GR Europe/Athens", "CY el-CY Asia/Nicosia"),
    ),
    Culture(
        "ليان/Layan زياد/Ziyad رهف/Rahaf أنس/Anas جمانة/Jumana تيم/Taim سلسبيل/Salsabil",
        "النخلاوي/Alnakhlawi البحيري/Albuhairi الزهراني-القصبي/Alzahrani الواديّ/Alwadi المرجاني/Almarjani",
        ("EG ar-EG Africa/Cairo", "AE ar-AE Asia/Dubai", "MA ar-MA Africa/Casablanca"),
    ),
    Culture(
        "נועם/Noam שקד/Shaked אביגיל/Avigail ליעוז/Lioz תכלת/Tchelet",
        "הר-זהב/Har-Zahav אלמוגי/Almogi בן-גפן/Ben-Gefen שקדיאל/Shkediel",
        ("IL he-IL Asia/Jerusalem",),
    ),
    Culture(
        "سپیده/Sepideh کاوه/Kaveh نیلوفر/Niloufar آرش/Arash",
        "کوهستانی/Kuhestani باران‌پور/Baranpour ستاره‌دشت/Setarehdasht",
        ("DE fa-DE Europe/Berlin", "US-CA fa-US America/Los_Angeles"),
    ),
    Culture(
        "आर्या/Aarya ईशान/Ishaan तृषा/Trisha विहान/Vihaan मीनाक्षी/Meenakshi",
        "वनराजे/Vanraje नीलगिरकर/Nilgirkar सूर्यतारा/Suryatara हिमपाल/Himpal",
        ("IN hi-IN Asia/Kolkata",),
    ),
    Culture(
        "思涵/Sihan 梓墨/Zimo 沐晴/Muqing 皓轩/Haoxuan 若溪/Ruoxi",
        "欧阳/Ouyang 慕容/Murong 柳/Liu 霍/Huo 端木/Duanmu",
        ("SG zh-SG Asia/Singapore", "TW zh-TW Asia/Taipei"),
        family_first=True,
        joint="",
    ),
    Culture(
        "陽菜/Hina 蒼真/Soma 紬/Tsumugi 湊/Minato 凪沙/Nagisa",
        "霧島原/Kirishimahara 白樺沢/Shirakabazawa 東雲川/Shinonomekawa 小鳥居/Kotorii",
        ("JP ja-JP Asia/Tokyo",),
        family_first=True,
    ),
    Culture(
        "하윤/Hayun 도겸/Dogyeom 서아/Seoa 이안/Ian 가온/Gaon",
        "남궁/Namgung 선우/Seonu 황보/Hwangbo 제갈/Jegal",
        ("KR ko-KR Asia/Seoul",),
        family_first=True,
        joint="",
    ),
    Culture(
        "Chiamaka Olúwadáre Temitọpẹ Kwabena Wanjikũ Thandolwethu Sipho Abebech Nkiruka",
        "Adébáyọ̀-Òkè Nwachukwuka Mbekezeli Gathogo Owusu-Baah Tsegayenesh Ìlúmọ̀ká",
        ("NG en-NG Africa/Lagos", "KE en-KE Africa/Nairobi", "ZA en-ZA Africa/Johannesburg"),
    ),
    Culture(
        "Nguyệt Đăng Thảo_Vy Khải Bảo_Ngân Quỳnh_Như",
        "Đoàn_Thụy Trịnh_Hạ Lưu_Cẩm Nghiêm_Phúc",
        ("VN vi-VN Asia/Ho_Chi_Minh",),
        family_first=True,
    ),
    Culture(
        "Gülçiçek İsmet Şebnem Çağrı Özgür Iğdır",
        "Yıldızoğlu Karagüneş Taşköprülü Gümüşdere",
        ("TR tr-TR Europe/Istanbul",),
    ),
    Culture(
        "กันยา/Kanya ภูผา/Phupha ดาริกา/Darika",
        "สายธารทิพย์/Saitharnthip เมฆาพัฒน์/Mekhaphat จันทราวงศ์/Chantrawong",
        ("TH th-TH Asia/Bangkok",),
    ),
)

# Names that break careless software: emoji, markup, formulas, direction marks, length, one letter.
PECULIAR: tuple[str, ...] = (
    "Pixie 🦊🌈 Sundew",
    "=SUM(A1:A9) Marchbanks",
    "\u202eEsrever Redro\u202c Öst",
    "Maximiliana " + "Rosalinde-Theodora " * 9 + "zu Wolkenstein",
    "<b>Boldwyn</b> & Søn",
    "O",
    "Robin'); -- Tablefield",
    "👩🏽\u200d🚀 زهرة of the Ñandú 👨\u200d👩\u200d👧",
    "+Plusmann, Ada-Zoë",
    "Jose\u0301 (combining) A\u030angstro\u0308m",
)
