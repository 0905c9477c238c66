//! Japanese to a shop. There are no blanks between words: words.rs cuts runs of Kanji into pairs, and the tables here
//! are looked for as they stand in the text.

use super::{COST, HOW_LONG, HOW_TO, Lexicon};

#[rustfmt::skip]
pub(super) const JAPANESE: Lexicon = Lexicon {
    small_words: "質問 回答 可能 場合 必要 教え 下さ 何時 方法 願い お願",
    concepts: &[
        ("ship", "配送 発送 配達 届"),
        ("parcel", "荷物 小包"),
        ("cost", "料金 費用 値段 価格 送料"),
        ("refund", "返金"),
        ("return", "返品 返送"),
        ("exchange", "交換"),
        ("cancel", "キャンセル 取消"),
        ("pay", "支払 決済"),
        ("buy", "注文 購入"),
        ("invoice", "領収 請求"),
        ("item", "商品 製品"),
        ("shop", "店舗"),
        ("size", "サイズ"),
        ("free", "無料"),
        ("damage", "破損 故障"),
        ("warranty", "保証"),
        ("repair", "修理"),
        ("account", "アカウント"),
    ],
    phrases: &[
        ("どのくらい", HOW_LONG),
        ("どれくらい", HOW_LONG),
        ("何日", HOW_LONG),
        ("いつまで", HOW_LONG),
        ("いくら", COST),
        ("送料", "ship"),
        ("どうすれば", HOW_TO),
        ("どうやって", HOW_TO),
    ],
    own_stems: "",
    broader: &[],
    units_of_time: "日 日間 営業日 週間 時間 分 年",
    units_of_money: "円 ユーロ",
    number_words: "",
    before_question: "",
    question_starts: "",
    question_phrases: &["か。", "ください", "下さい", "たいです", "ですか", "ますか", "教えて"],
    leaning: "",
    going_on: "",
    suppositions: "場合 たら",
    status: &["まだ*届", "いつ*届きますか", "注文*どこ", "荷物*どこ", "注文*状況", "返金*まだ"],
    status_even_if: &[],
    acts: &["キャンセルして", "変更して", "返金して", "送って"],
};
