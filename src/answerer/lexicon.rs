//! What the words of English mean to a shop, as tables: small words that carry no meaning, words that mean the same,
//! phrases that are one word, and names that a wider name includes.

/// Words that say nothing about the matter: the grammar, the courtesies, and the verbs of wanting and asking.
#[rustfmt::skip]
pub(super) const SMALL_WORDS: &[&str] = &[
    "a", "about", "above", "actually", "after", "afternoon", "again", "ago", "all", "already", "also", "always", "am",
    "an", "and", "any", "anyone", "anything", "are", "aren", "arent", "around", "as", "ask", "asking", "at", "be",
    "because", "been", "before", "being", "best", "both", "but", "by", "can", "cannot", "cant", "cheers", "could",
    "couldnt", "currently", "day", "days", "dear", "did", "didnt", "do", "does", "doesnt", "doing", "done", "dont", "each",
    "either", "else", "etc", "evening", "ever", "every", "exactly", "explain", "find", "for", "from", "get", "gets",
    "getting", "give", "go", "goes", "going", "good", "got", "guys", "had", "happen", "happens", "has", "hasnt", "have",
    "havent", "having", "he", "hello", "help", "her", "here", "hey", "hi", "him", "his", "how", "however", "i", "id",
    "if", "ill", "im", "in", "info", "information", "instead", "into", "is", "isnt", "it", "its", "ive", "just", "kind", "kindly",
    "know", "let", "like", "lot", "made", "make", "makes", "many", "may", "maybe", "me", "might", "mine", "more",
    "morning", "most", "much", "number", "must", "my", "myself", "name", "need", "needed", "no", "not", "now", "of", "off", "ok", "okay",
    "on", "once", "one", "only", "onto", "or", "other", "our", "ours", "out", "over", "own", "per", "please", "pls",
    "plz", "possible", "question", "questions", "quite", "rather", "re", "really", "regarding", "regards", "right", "s",
    "said", "same", "say", "see", "shall", "she", "should", "since", "sir", "so", "some", "someone", "something",
    "soon", "sorry", "still", "such", "sure", "t", "take", "takes", "tell", "than", "thank", "thanks", "that", "thats",
    "the", "their", "them", "then", "there", "these", "they", "thing", "things", "think", "this", "those", "though",
    "through", "till", "to", "today", "too", "try", "trying", "under", "until", "up", "upon", "us", "use", "used", "using",
    "usually", "ve", "very", "via", "want", "wanted", "wants", "was", "wasnt", "way", "we", "well", "went", "were",
    "what", "whats", "when", "where", "whether", "which", "while", "who", "why", "will", "wish", "with", "within",
    "without", "wonder", "wondering", "wont", "would", "yes", "yet", "you", "your", "yours", "youre", "team", "sirs",
    "madam", "hope", "hoping", "everyone", "greetings", "wishes", "sincerely", "best", "love", "happy", "nice", "great",
    "ya", "u", "ur", "gonna", "wanna", "offer", "offers", "offering", "allow", "allowed", "able", "available", "availability", "look",
    "looking", "looks", "come", "comes", "next", "first", "last", "put", "keep", "keeps", "place", "placed",
];

/// The term of "how do I …"; it chooses among passages and says nothing about their matter.
pub(super) const HOW_TO: &str = "how-to";

/// The term of a question for a length of time, and of every passage that gives one.
pub(super) const HOW_LONG: &str = "how-long";

/// The term of a question for a price, and of every passage that gives one.
pub(super) const COST: &str = "cost";

/// Units that, behind a number, give a length of time.
pub(super) const UNITS_OF_TIME: &[&str] = &[
    "minute", "minutes", "hour", "hours", "day", "days", "working", "business", "week", "weeks", "month",
    "months", "year", "years",
];

/// Words that give a price.
pub(super) const UNITS_OF_MONEY: &[&str] =
    &["euro", "euros", "eur", "dollar", "dollars", "usd", "pounds", "gbp"];

/// Numbers as words.
pub(super) const NUMBER_WORDS: &[&str] = &[
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve", "fourteen",
    "thirty", "few",
];

/// Words that mean the same; the first of each is the term they share, and must be listed again if it is a word.
#[rustfmt::skip]
pub(super) const CONCEPTS: &[&[&str]] = &[
    &["ship", "ship", "shipping", "shipment", "deliver", "delivery", "dispatch", "postage", "arrive", "arrival", "deliveries"],
    &["parcel", "parcel", "package", "packet"],
    &["cost", "cost", "price", "pricing", "fee", "expensive", "cheap", "prices"],
    &["damage", "damage", "broken", "break", "broke", "smashed", "cracked", "shattered", "defective", "faulty", "torn", "chipped", "leaking", "leaked"],
    &["wrong", "wrong", "incorrect", "mistake", "mistaken"],
    &["refund", "refund", "reimburse", "reimbursement"],
    &["return", "return", "returning"],
    &["exchange", "exchange", "swap", "swapping"],
    &["cancel", "cancel", "cancellation", "cancelling", "canceling", "canceled"],
    &["change", "change", "modify", "edit", "amend", "alter", "correct", "update", "adjust"],
    &["discount", "discount", "coupon", "promo", "promotion", "promotional", "voucher"],
    &["pay", "pay", "payment", "paid", "payable"],
    &["phone", "phone", "telephone", "call"],
    &["hour", "hour", "hours", "opening", "closed", "closing"],
    &["expire", "expire", "expiry", "expiration", "valid", "validity"],
    &["abroad", "abroad", "international", "internationally", "overseas", "worldwide", "foreign", "country", "countries"],
    &["duty", "duty", "duties", "customs", "tariff"],
    &["wash", "wash", "clean", "cleaning", "rinse"],
    &["fast", "fast", "faster", "quick", "quicker", "quickest", "express", "urgent", "urgently", "fastest"],
    &["late", "late", "delay", "delayed"],
    &["track", "track", "tracking", "trace"],
    &["invoice", "invoice", "receipt"],
    &["allergen", "allergen", "allergy", "allergic", "allergies", "allergens"],
    &["caffeine", "caffeine", "caffeinated"],
    &["decaf", "decaf", "decaffeinated"],
    &["brew", "brew", "steep", "infuse", "prepare", "brewing"],
    &["temperature", "temperature", "degrees", "degree", "hot"],
    &["lost", "lost", "lose", "losing"],
    &["collect", "collect", "pickup", "collection"],
    &["stock", "stock", "restock", "restocked", "unavailable"],
    &["subscription", "subscription", "subscribe", "subscriber", "subscriptions"],
    &["job", "job", "jobs", "hire", "hiring", "vacancy", "career", "careers", "position"],
    &["loyalty", "loyalty", "reward", "rewards"],
    &["pregnant", "pregnant", "pregnancy"],
    &["store", "store", "storage", "storing"],
    &["accept", "accept", "accepted"],
    &["gift", "gift", "present"],
    &["wholesale", "wholesale", "reseller", "resale", "b2b"],
    &["sample", "sample", "samples", "tasting", "taste"],
    &["buy", "buy", "bought", "purchase", "order", "ordered", "ordering", "orders"],
    &["email", "email", "mail", "emails"],
    &["minimum", "minimum", "least"],
    &["eu", "eu", "europe", "european"],
    &["uk", "uk", "britain", "england", "scotland", "wales", "gb"],
    &["usa", "usa", "america", "american"],
    &["combine", "combine", "combining", "together"],
    &["declined", "declined", "decline", "rejected", "reject"],
    &["delete", "delete", "erase", "remove"],
    &["item", "item", "product", "article", "goods"],
    &["sold", "sold", "sell"],
    &["sign-in", "login"],
    &["business", "business", "company", "corporate"],
    &["wrap", "wrap", "wrapping"],
    &["miss", "miss", "missed"],
    &["fridge", "fridge", "refrigerator"],
    &["unopened", "unopened", "sealed"],
    &["free", "free"],
];

/// Phrases that are one term, the longer ones first where they share words.
pub(super) const PHRASES: &[(&[&str], &str)] = &[
    (&["how", "long"], HOW_LONG),
    (&["how", "many", "days"], HOW_LONG),
    (&["how", "soon"], HOW_LONG),
    (&["how", "late"], "how-late"),
    (&["how", "much", "caffeine"], "caffeine"),
    (&["how", "much"], COST),
    (&["how", "expensive"], COST),
    (&["how", "do"], HOW_TO),
    (&["how", "can"], HOW_TO),
    (&["how", "could"], HOW_TO),
    (&["how", "should"], HOW_TO),
    (&["how", "to"], HOW_TO),
    (&["how", "you"], HOW_TO),
    (&["money", "back"], "refund"),
    (&["send", "back"], "return"),
    (&["send", "it", "back"], "return"),
    (&["sending", "back"], "return"),
    (&["give", "back"], "return"),
    (&["give", "it", "back"], "return"),
    (&["bring", "back"], "return"),
    (&["call", "off"], "cancel"),
    (&["sign", "in"], "sign-in"),
    (&["log", "in"], "sign-in"),
    (&["sign", "up"], "signup"),
    (&["opt", "out"], "unsubscrib"),
    (&["pick", "up"], "collect"),
    (&["picked", "up"], "collect"),
    (&["best", "before"], "best-before"),
    (&["shelf", "life"], "best-before"),
    (&["sold", "out"], "stock"),
    (&["out", "of", "stock"], "stock"),
    (&["in", "stock"], "stock"),
    (&["european", "union"], "eu"),
    (&["united", "kingdom"], "uk"),
    (&["great", "britain"], "uk"),
    (&["united", "states"], "usa"),
    (&["the", "us"], "usa"),
    (&["the", "states"], "usa"),
    (&["customer", "service"], "customer-service"),
    (&["customer", "support"], "customer-service"),
    (&["customer", "care"], "customer-service"),
    (&["cast", "iron"], "cast-iron"),
    (&["your", "store"], "shop"),
    (&["your", "stores"], "shop"),
    (&["a", "store"], "shop"),
    (&["the", "store"], "shop"),
    (&["in", "store"], "shop"),
    (&["my", "account"], "account"),
    (&["gift", "card"], "gift-card"),
    (&["gift", "cards"], "gift-card"),
    (&["gift", "voucher"], "gift-card"),
    (&["gift", "vouchers"], "gift-card"),
    (&["gift", "certificate"], "gift-card"),
    (&["gift", "certificates"], "gift-card"),
    (&["promo", "code"], "discount-code"),
    (&["promotion", "code"], "discount-code"),
    (&["discount", "code"], "discount-code"),
    (&["discount", "codes"], "discount-code"),
    (&["promo", "codes"], "discount-code"),
    (&["coupon", "code"], "discount-code"),
    (&["coupon", "codes"], "discount-code"),
    (&["voucher", "code"], "discount-code"),
    (&["track", "and", "trace"], "track"),
    (&["working", "day"], "working-day"),
    (&["working", "days"], "working-day"),
    (&["business", "days"], "working-day"),
    (&["business", "day"], "working-day"),
];

/// Words whose stem would be taken for another word's.
pub(super) const OWN_STEMS: &[(&str, &str)] = &[
    ("customer", "customer"),
    ("customers", "customer"),
    ("organic", "organic"),
    ("organization", "organization"),
    ("news", "news"),
    ("university", "university"),
    ("international", "international"),
    ("missing", "missing"),
    ("customs", "customs"),
    ("opening", "opening"),
    ("packaging", "packaging"),
    ("packing", "packing"),
];

/// Names and the term of the wider one that includes them. What is said of the wider one holds for them too.
#[rustfmt::skip]
pub(super) const BROADER: &[(&str, &str)] = &[
    ("austria", "eu"), ("belgium", "eu"), ("bulgaria", "eu"), ("croatia", "eu"), ("cyprus", "eu"), ("czechia", "eu"),
    ("denmark", "eu"), ("estonia", "eu"), ("finland", "eu"), ("france", "eu"), ("germany", "eu"), ("greece", "eu"),
    ("hungary", "eu"), ("ireland", "eu"), ("italy", "eu"), ("latvia", "eu"), ("lithuania", "eu"), ("luxembourg", "eu"),
    ("malta", "eu"), ("netherlands", "eu"), ("holland", "eu"), ("poland", "eu"), ("portugal", "eu"), ("romania", "eu"),
    ("slovakia", "eu"), ("slovenia", "eu"), ("spain", "eu"), ("sweden", "eu"), ("visa", "card"), ("mastercard", "card"),
    ("almonds", "nut"), ("hazelnuts", "nut"), ("peanuts", "nut"), ("walnuts", "nut"),
];
