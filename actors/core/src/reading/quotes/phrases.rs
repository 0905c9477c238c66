//! What mail programs write around quoted history and below a message, in twelve languages: English, French,
//! Spanish, German, Italian, Portuguese, Dutch, Polish, Swedish, Danish, Norwegian, Japanese. All in lower case.
//! A language is added by adding lines.

/// Words by which a line names the writer of what follows: "On Monday Ann wrote:".
#[rustfmt::skip]
pub(super) const WROTE: &[&str] = &[
    "wrote", "a écrit", "escribió", "ha escrito", "schrieb", "ha scritto", "scrive", "escreveu", "schreef",
    "het volgende geschreven", "napisał", "napisała", "napisał(a)", "pisze", "skrev", "のメール", "は書きました",
    "が書きました",
];

/// How such a line begins, where it does not begin with a name or a digit.
#[rustfmt::skip]
pub(super) const WROTE_BEGINS: &[&str] = &[
    "on ", "at ", "le ", "el ", "am ", "il ", "em ", "no dia ", "a ", "op ", "w dniu ", "dnia ", "den ", "kl. ",
    "pon.", "wt.", "śr.", "czw.", "pt.", "sob.", "niedz.", "man.", "tir.", "ons.", "tor.", "fre.", "lør.", "søn.",
    "mån", "tis", "lör", "sön", "seg.", "ter.", "qua.", "qui.", "sex.", "sáb.", "dom.", "użytkownik ",
];

/// Lines between dashes that separate new words from old ones.
#[rustfmt::skip]
pub(super) const SEPARATORS: &[&str] = &[
    "original message", "forwarded message", "original appointment", "message d'origine", "message original",
    "message transféré", "mensaje original", "mensaje reenviado", "ursprüngliche nachricht", "originalnachricht",
    "original-nachricht", "weitergeleitete nachricht", "messaggio originale", "messaggio inoltrato",
    "mensagem original", "mensagem encaminhada", "oorspronkelijk bericht", "doorgestuurd bericht",
    "wiadomość oryginalna", "oryginalna wiadomość", "wiadomość przekazana dalej", "treść przekazanej wiadomości",
    "ursprungligt meddelande", "originalmeddelande", "vidarebefordrat meddelande", "oprindelig meddelelse",
    "original meddelelse", "videresendt meddelelse", "opprinnelig melding", "videresendt melding",
    "元のメッセージ", "転送されたメッセージ", "転送メッセージ",
];

/// Separators that need no dashes.
#[rustfmt::skip]
pub(super) const SEPARATORS_ALONE: &[&str] = &[
    "begin forwarded message:", "début du message transféré :", "début du message réexpédié :",
    "inicio del mensaje reenviado:", "anfang der weitergeleiteten nachricht:", "inizio messaggio inoltrato:",
    "início da mensagem reenviada:", "início da mensagem encaminhada:", "begin doorgestuurd bericht:",
    "początek przekazywanej wiadomości:", "vidarebefordrat brev:", "start på videresendt besked:",
    "videresendt melding:", "転送されたメッセージ:",
];

/// Parts of the line that a helpdesk puts between a reply and its history.
#[rustfmt::skip]
pub(super) const REPLY_ABOVE: &[&str] = &[
    "reply above this line", "répondre au-dessus de cette ligne", "responda encima de esta línea",
    "antworten sie oberhalb dieser", "rispondi sopra questa", "responda acima desta linha",
    "antwoord boven deze", "odpowiedz powyżej tej linii", "svara ovanför den", "svar over denne linje",
    "svar over denne linjen", "この行より上に返信",
];

/// The field of a header block that names the sender.
#[rustfmt::skip]
pub(super) const FROM_FIELDS: &[&str] =
    &["from", "de", "von", "da", "van", "od", "från", "fra", "差出人", "送信者", "from/de"];

/// The other fields of such a block.
#[rustfmt::skip]
pub(super) const OTHER_FIELDS: &[&str] = &[
    "sent", "date", "to", "subject", "cc", "reply-to", "envoyé", "à", "objet", "enviado", "enviado el", "fecha",
    "para", "asunto", "gesendet", "datum", "an", "betreff", "inviato", "data", "a", "oggetto", "enviada",
    "enviada em", "enviado em", "assunto", "verzonden", "aan", "onderwerp", "wysłano", "wysłane", "do", "dw",
    "temat", "skickat", "till", "ämne", "kopia", "sendt", "til", "emne", "dato", "kopi", "送信日時", "日時",
    "日付", "宛先", "件名",
];

/// A field that shows a contact form, whose lines are the customer's own words.
#[rustfmt::skip]
pub(super) const FORM_FIELDS: &[&str] = &[
    "message", "comment", "comments", "question", "body", "nachricht", "anfrage", "mensaje", "messaggio",
    "mensagem", "bericht", "vraag", "wiadomość", "meddelande", "besked", "melding", "お問い合わせ内容", "内容",
    "本文",
];

/// Starts of lines that a telephone or mail program adds by itself.
#[rustfmt::skip]
pub(super) const PROGRAM_LINES: &[&str] = &[
    "sent from", "sent via", "sent with", "get outlook", "get bluemail", "typed on", "envoyé de", "envoyé depuis",
    "envoyé à partir", "envoyé avec", "obtenir outlook", "obtenez outlook", "télécharger outlook", "enviado desde",
    "enviado con", "obtener outlook", "gesendet von", "gesendet mit", "holen sie sich outlook",
    "diese nachricht wurde von", "inviato da", "inviato dal", "scarica outlook", "ottieni outlook", "enviado do",
    "enviado a partir", "enviado via", "obter o outlook", "obtenha o outlook", "verstuurd vanaf", "verstuurd met",
    "verzonden vanaf", "verzonden met", "outlook voor", "download outlook", "wysłane z", "wysłano z",
    "pobierz outlook", "pobierz aplikację outlook", "skickat från", "hämta outlook", "skaffa outlook",
    "sendt fra", "hent outlook", "få outlook", "iphoneから送信", "ipadから送信", "androidから送信",
    "私のiphone", "outlook for",
];

/// The German line puts its verb last, and customers begin sentences like it; so it must end like this.
pub(super) const PROGRAM_LINE_AROUND: (&str, &str) = ("von meinem", "gesendet");

/// One of these is named in such a line, or it is a sentence of the customer's.
#[rustfmt::skip]
pub(super) const DEVICES: &[&str] = &[
    "iphone", "ipad", "android", "samsung", "galaxy", "huawei", "xiaomi", "pixel", "phone", "mobile", "blackberry",
    "tablet", "smartphone", "handy", "telefon", "téléphone", "móvil", "cellulare", "telemóvel", "celular", "mobil",
    "outlook", "mail", "proton", "bluemail", "spark", "yahoo", "gmx", "web.de", "posteo",
];

/// Lines by which a writer takes leave, without the marks at their end. Thanks are not among them: they say something.
#[rustfmt::skip]
pub(super) const CLOSINGS: &[&str] = &[
    "regards", "best regards", "kind regards", "warm regards", "kindest regards", "with kind regards", "best",
    "best wishes", "all the best", "sincerely", "sincerely yours", "yours sincerely", "yours faithfully", "yours",
    "cordialement", "bien cordialement", "très cordialement", "bien à vous", "salutations",
    "meilleures salutations", "sincères salutations", "saludos", "un saludo", "saludos cordiales",
    "un cordial saludo", "cordialmente", "atentamente", "mit freundlichen grüßen", "mit freundlichem gruß",
    "mit freundlichen grüssen", "freundliche grüße", "viele grüße", "liebe grüße", "beste grüße", "herzliche grüße",
    "schöne grüße", "mfg", "lg", "vg", "gruß", "grüße", "cordiali saluti", "distinti saluti", "un saluto", "saluti",
    "cumprimentos", "com os melhores cumprimentos", "melhores cumprimentos", "atenciosamente", "att", "abraços",
    "met vriendelijke groet", "met vriendelijke groeten", "vriendelijke groet", "vriendelijke groeten", "groet",
    "groeten", "groetjes", "mvg", "pozdrawiam", "z poważaniem", "serdecznie pozdrawiam", "pozdrowienia",
    "med vänliga hälsningar", "med vänlig hälsning", "vänliga hälsningar", "vänligen", "hälsningar", "mvh",
    "med venlig hilsen", "venlig hilsen", "de bedste hilsner", "bedste hilsner", "hilsen", "vh",
    "med vennlig hilsen", "vennlig hilsen", "beste hilsen", "よろしくお願いいたします", "よろしくお願いします",
    "敬具",
];

/// Words of which a stripped text consists when only the greeting was left of it.
#[rustfmt::skip]
pub(super) const GREETINGS: &[&str] = &[
    "hi", "hello", "hey", "dear", "bonjour", "salut", "bonsoir", "hola", "buenos", "buenas", "hallo", "guten",
    "moin", "servus", "liebes", "ciao", "buongiorno", "salve", "olá", "ola", "oi", "bom", "boa", "goedendag",
    "beste", "dag", "dzień", "witam", "cześć", "hej", "god", "hei", "こんにちは", "お世話になっております",
];
