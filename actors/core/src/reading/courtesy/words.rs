//! The vocabulary of thanks, consent and goodbyes in twelve languages, in lower case. A word that can stand in a wish
//! or a complaint is here only as part of a phrase.

/// What may be said in one language.
pub(super) struct Vocabulary {
    /// Its name, for the receipt.
    pub(super) language: &'static str,
    /// Thanks, consent, leave: one of these must be there.
    pub(super) core: &'static [&'static str],
    /// What may stand beside them.
    pub(super) others: &'static [&'static str],
}

/// Words that turn thanks into a request.
#[rustfmt::skip]
pub(super) const DENIED: &[&str] = &[
    "in advance", "for nothing", "d'avance", "par avance", "de antemano", "por adelantado", "im voraus", "schon mal",
    "schonmal", "in anticipo", "antecipadamente", "desde já", "alvast", "bij voorbaat", "z góry", "på förhand",
    "på forhånd",
];

/// Words after which a name may stand.
#[rustfmt::skip]
pub(super) const NAMES_AFTER: &[&str] = &[
    "thanks", "you", "thx", "cheers", "hi", "hello", "hey", "dear", "regards", "wishes", "best", "merci", "bonjour",
    "cordialement", "salut", "beaucoup", "gracias", "hola", "saludo", "saludos", "danke", "dank", "hallo", "liebe",
    "lieber", "grüße", "grüßen", "gruß", "grazie", "ciao", "mille", "saluti", "obrigado", "obrigada", "olá", "oi",
    "bedankt", "dag", "groet", "groeten", "groetjes", "dziękuję", "dzięki", "pozdrawiam", "cześć", "tack", "hej",
    "hälsningar", "tak", "hilsen", "takk", "hei", "mvh",
];

/// Signs of thanks or consent.
#[rustfmt::skip]
pub(super) const SIGNS: &[char] = &[
    '👍', '🙏', '😊', '🙂', '😀', '😃', '😄', '😁', '☺', '❤', '💚', '💙', '🧡', '💛', '💜', '🎉', '👌', '🙌', '😍', '🥰',
    '✅', '🤗', '💯', '🌟', '✨',
];

/// Every language with spaces.
#[rustfmt::skip]
pub(super) const VOCABULARIES: &[Vocabulary] = &[
    Vocabulary { language: "English", core: &[
        "thanks", "thank you", "thank u", "thx", "ty", "tysm", "cheers", "much appreciated", "appreciate it",
        "i appreciate it", "appreciated", "many thanks", "ok", "okay", "k", "perfect", "great", "brilliant",
        "awesome", "excellent", "wonderful", "amazing", "fantastic", "lovely", "super", "got it", "understood",
        "all good", "no worries", "bye", "goodbye", "bye bye", "see you", "that worked", "it worked", "works now",
        "it works now", "it's working now", "that fixed it", "that did it", "that did the trick", "that helped",
        "that helps", "that's all", "that is all", "that's it", "problem solved", "issue resolved", "all sorted",
        "sorted", "solved", "resolved", "fixed", "noted", "will do", "never mind", "nevermind", "cool", "sounds good",
        "good to know", "have a nice day",
    ], others: &[
        "so much", "very much", "a lot", "a million", "again", "so", "very", "for your help", "for the help",
        "for your quick help", "for your time", "for your support", "for your reply", "for the reply",
        "for your answer", "for the answer", "for the info", "for the information", "for the update",
        "for your quick reply", "for the quick reply", "for your quick response", "for the quick response",
        "for the quick help", "for the fast reply", "for letting me know", "for everything", "for all your help",
        "for helping", "for that", "hi", "hello", "hey", "dear", "team", "all", "everyone", "now", "no", "yes",
        "no more questions", "no that's all", "and", "oh", "it arrived today", "it arrived", "it has arrived",
        "it just arrived", "it came today", "the parcel arrived", "the parcel has arrived", "my parcel arrived",
        "have a", "have a great", "have a good", "have a nice", "have a lovely", "day", "weekend", "evening", "week",
        "one", "you too", "nice", "good", "that's", "that is", "that was", "really", "kind", "kindly", "of you", "of",
        "regards", "best", "best wishes", "best regards", "kind regards", "all the best", "i'm happy", "i am happy",
        "very happy", "it's", "it is", "you are the best", "you're the best", "you guys are great", "indeed",
        "quick", "service", "support", "help", "i see", "for now", "take care", "alright", "right", "we are good",
    ] },
    Vocabulary { language: "French", core: &[
        "merci", "merci beaucoup", "mille mercis", "un grand merci", "parfait", "super", "génial", "d'accord", "ok",
        "okay", "très bien", "c'est bon", "c'est réglé", "c'est résolu", "ça marche", "ça fonctionne", "bien reçu",
        "au revoir", "bonne journée", "entendu", "impeccable", "top", "nickel", "compris", "je vous remercie",
        "problème résolu", "tout est bon",
    ], others: &[
        "bonjour", "salut", "bonsoir", "bien", "beaucoup", "pour votre aide", "pour votre aide rapide", "pour l'aide",
        "pour votre réponse", "pour votre réponse rapide", "pour la réponse", "pour votre retour", "pour tout",
        "pour votre temps", "infiniment", "encore", "à vous", "à vous aussi", "et", "bonne", "soirée", "bon week",
        "end", "bon weekend", "belle journée", "excellente journée", "maintenant", "tout", "colis bien reçu",
        "j'ai bien reçu le colis", "c'est parfait", "c'est super", "cordialement", "bien cordialement", "madame",
        "monsieur", "toute l'équipe", "à toute l'équipe", "à bientôt",
    ] },
    Vocabulary { language: "Spanish", core: &[
        "gracias", "muchas gracias", "muchísimas gracias", "mil gracias", "perfecto", "genial", "vale", "de acuerdo",
        "ok", "okay", "estupendo", "excelente", "ya funciona", "funcionó", "solucionado", "resuelto",
        "ya está solucionado", "ya está resuelto", "ya está", "todo bien", "entendido", "adiós", "hasta luego",
        "listo", "le agradezco", "te agradezco", "súper",
    ], others: &[
        "hola", "buenos días", "buenas tardes", "buenas", "un saludo", "saludos", "por su ayuda", "por tu ayuda",
        "por la ayuda", "por todo", "por su respuesta", "por tu respuesta", "por la respuesta", "por responder",
        "por su tiempo", "por la rapidez", "muy amable", "muy bien", "que tenga un buen día", "buen día",
        "feliz día", "buen fin de semana", "y", "a ustedes", "a vosotros", "a ti", "a usted", "ya llegó", "de nuevo",
        "igualmente", "todo",
    ] },
    Vocabulary { language: "German", core: &[
        "danke", "danke schön", "dankeschön", "vielen dank", "herzlichen dank", "besten dank", "tausend dank",
        "danke sehr", "merci", "super", "perfekt", "prima", "toll", "klasse", "alles klar", "ok", "okay", "passt",
        "in ordnung", "hat geklappt", "hat funktioniert", "funktioniert", "funktioniert jetzt", "es funktioniert",
        "es funktioniert jetzt", "hat sich erledigt", "erledigt", "geht wieder", "verstanden", "tschüss",
        "auf wiedersehen", "wunderbar", "bestens", "top", "spitze", "ist angekommen", "gut zu wissen",
    ], others: &[
        "hallo", "guten tag", "guten morgen", "hi", "moin", "für die schnelle antwort", "für ihre schnelle antwort",
        "für ihre hilfe", "für deine hilfe", "für die hilfe", "für die schnelle hilfe", "für die antwort",
        "für ihre antwort", "für die info", "für die information", "für die rückmeldung", "für alles",
        "für ihre mühe", "für die mühe", "nochmals", "nochmal", "sehr", "alles", "gut", "jetzt", "nun", "schönen tag",
        "schönen tag noch", "einen schönen tag", "noch einen schönen tag", "schönes wochenende", "schönen abend",
        "und", "ihnen auch", "gleichfalls", "ebenso", "liebe grüße", "viele grüße", "mit freundlichen grüßen", "lg",
        "vg", "mfg", "liebe", "lieber", "das", "es", "das paket", "ist heute angekommen", "paket ist da", "ja",
    ] },
    Vocabulary { language: "Italian", core: &[
        "grazie", "grazie mille", "mille grazie", "molte grazie", "tante grazie", "perfetto", "ottimo", "va bene",
        "d'accordo", "ok", "okay", "risolto", "tutto risolto", "ho risolto", "funziona", "ora funziona",
        "adesso funziona", "tutto ok", "tutto bene", "capito", "ricevuto", "arrivederci", "ciao", "la ringrazio",
        "vi ringrazio", "ti ringrazio", "bene", "fantastico",
    ], others: &[
        "buongiorno", "salve", "buonasera", "a voi", "a lei", "a te", "per l'aiuto", "per il supporto",
        "per la risposta", "per la rapida risposta", "per la disponibilità", "per tutto", "per il vostro aiuto",
        "gentilissimi", "gentilissima", "gentilissimo", "e", "buona giornata", "buona serata", "buon weekend",
        "buon fine settimana", "buon lavoro", "saluti", "cordiali saluti", "un saluto", "ancora", "di cuore",
        "altrettanto", "tutto", "molto", "il pacco è arrivato", "è arrivato",
    ] },
    Vocabulary { language: "Portuguese", core: &[
        "obrigado", "obrigada", "muito obrigado", "muito obrigada", "brigado", "brigada", "agradeço", "perfeito",
        "ótimo", "excelente", "ok", "okay", "está bem", "tudo bem", "tudo certo", "certo", "combinado", "beleza",
        "já está resolvido", "está resolvido", "resolvido", "já funciona", "funcionou", "deu certo", "entendi",
        "entendido", "adeus", "até logo", "valeu", "maravilha",
    ], others: &[
        "olá", "oi", "bom dia", "boa tarde", "boa noite", "pela ajuda", "pela sua ajuda", "pela resposta",
        "pela rapidez", "pela atenção", "por tudo", "pelo apoio", "mais uma vez", "e", "bom fim de semana",
        "um bom dia", "um ótimo dia", "tenha um bom dia", "igualmente", "para si também", "muito", "cumprimentos",
        "já chegou", "chegou hoje", "abraço", "abraços", "a todos",
    ] },
    Vocabulary { language: "Dutch", core: &[
        "bedankt", "dank", "dank je", "dank u", "dank je wel", "dank u wel", "dankjewel", "dankuwel", "hartelijk dank",
        "hartelijk bedankt", "heel erg bedankt", "top", "prima", "perfect", "super", "geweldig", "fijn", "oké", "ok",
        "okay", "duidelijk", "in orde", "het is gelukt", "gelukt", "het werkt", "het werkt nu", "opgelost",
        "alles is opgelost", "is opgelost", "tot ziens", "doei", "begrepen", "helder", "mooi", "thanks",
    ], others: &[
        "hallo", "hoi", "beste", "goedemorgen", "goedemiddag", "voor de hulp", "voor je hulp", "voor uw hulp",
        "voor jullie hulp", "voor de snelle reactie", "voor de reactie", "voor uw reactie", "voor je reactie",
        "voor het antwoord", "voor de info", "voor alles", "nogmaals", "heel", "erg", "fijne dag", "fijne dag nog",
        "nog een fijne dag", "prettige dag", "fijn weekend", "fijne avond", "en", "alles", "nu", "groet", "groeten",
        "groetjes", "met vriendelijke groet", "u ook", "jij ook", "het pakket is binnen", "het is aangekomen",
    ] },
    Vocabulary { language: "Polish", core: &[
        "dziękuję", "dziękuję bardzo", "bardzo dziękuję", "dziękuje", "dzięki", "wielkie dzięki", "super", "świetnie",
        "świetna wiadomość", "ok", "okej", "dobrze", "w porządku", "działa", "już działa", "teraz działa",
        "rozwiązane", "wszystko jasne", "jasne", "rozumiem", "zrozumiałem", "zrozumiałam", "do widzenia",
        "doskonale", "idealnie", "pięknie", "udało się",
    ], others: &[
        "dzień dobry", "witam", "cześć", "za pomoc", "za szybką pomoc", "za odpowiedź", "za szybką odpowiedź",
        "za informację", "za wszystko", "za wiadomość", "bardzo", "serdecznie", "jeszcze raz", "miłego dnia",
        "życzę miłego dnia", "miłego weekendu", "dobrego dnia", "i", "pozdrawiam", "pozdrawiam serdecznie",
        "wszystko", "wzajemnie", "już", "teraz", "paczka dotarła",
    ] },
    Vocabulary { language: "Swedish", core: &[
        "tack", "tack så mycket", "tackar", "stort tack", "tusen tack", "toppen", "perfekt", "bra", "jättebra",
        "super", "kanon", "ok", "okej", "nu funkar det", "det funkar", "det funkar nu", "nu fungerar det",
        "det fungerar", "det fungerar nu", "det löste sig", "löst", "då förstår jag", "hej då", "underbart", "härligt",
        "ha en bra dag",
    ], others: &[
        "hej", "för hjälpen", "för din hjälp", "för er hjälp", "för svaret", "för svar", "för snabbt svar",
        "för ditt svar", "för informationen", "för all hjälp", "för snabb hjälp", "så mycket", "igen", "nu",
        "ha en fin dag", "ha en trevlig dag", "trevlig helg", "ha en trevlig helg", "detsamma", "och", "allt är",
        "då", "mvh", "hälsningar", "vänliga hälsningar", "paketet har kommit", "så", "det",
    ] },
    Vocabulary { language: "Danish", core: &[
        "tak", "mange tak", "tusind tak", "tak skal du have", "tak skal i have", "super", "perfekt",
        "fint", "godt", "dejligt", "fedt", "ok", "okay", "det virker", "det virker nu", "nu virker det", "løst",
        "forstået", "farvel", "i orden", "det er i orden", "alt er godt", "skønt", "rigtig fint",
    ], others: &[
        "hej", "for hjælpen", "for din hjælp", "for jeres hjælp", "for svar", "for svaret", "for hurtigt svar",
        "for det hurtige svar", "for dit svar", "for hurtig hjælp", "for informationen", "for alt", "så meget",
        "igen", "nu", "god dag", "hav en god dag", "ha en god dag", "fortsat god dag", "god weekend", "i lige måde",
        "og", "mvh", "hilsen", "venlig hilsen", "med venlig hilsen", "pakken er kommet", "det er", "så",
    ] },
    Vocabulary { language: "Norwegian", core: &[
        "takk", "tusen takk", "mange takk", "takk skal du ha", "takk skal dere ha", "supert", "super", "perfekt",
        "flott", "topp", "fint", "bra", "kjempebra", "ok", "okei", "det fungerer", "det fungerer nå",
        "nå fungerer det", "nå virker det", "det virker nå", "løst", "forstått", "ha det", "ha det bra", "i orden",
        "den er grei", "greit", "herlig",
    ], others: &[
        "hei", "for hjelpen", "for din hjelp", "for deres hjelp", "for svar", "for svaret", "for raskt svar",
        "for rask hjelp", "for informasjonen", "for alt", "så mye", "igjen", "nå", "ha en fin dag", "ha en god dag",
        "god helg", "i like måte", "og", "mvh", "hilsen", "vennlig hilsen", "med vennlig hilsen", "pakken har kommet",
        "det er", "så",
    ] },
];

/// Japanese thanks, consent and leave, longer phrases first.
#[rustfmt::skip]
pub(super) const JAPANESE_CORE: &[&str] = &[
    "ありがとうございました", "ありがとうございます", "有難うございました", "有難うございます", "有り難うございます",
    "ありがとう", "感謝いたします", "感謝します", "感謝しております", "承知いたしました", "承知しました", "了解いたしました",
    "了解しました", "了解です", "わかりました", "分かりました", "かしこまりました", "助かりました", "解決いたしました",
    "解決しました", "大丈夫です", "問題ありません", "失礼いたします", "失礼します",
];

/// What may stand beside them, longer phrases first.
#[rustfmt::skip]
pub(super) const JAPANESE: &[&str] = &[
    "お世話になっております", "お世話になりました", "ご対応いただき", "ご回答いただき", "ご連絡いただき", "迅速なご対応",
    "迅速な対応", "ご丁寧に", "ご対応", "ご回答", "ご返信", "ご連絡", "お返事", "早速の", "この度は", "本当に", "誠に",
    "大変", "とても", "どうも", "無事に", "無事", "届きました", "受け取りました", "商品が", "荷物が", "おかげさまで",
    "おかげで", "問題なく", "使えました", "直りました", "はい", "また", "いろいろと", "いろいろ", "色々と", "それでは",
    "では", "ので", "を", "に",
];
