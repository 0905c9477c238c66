//! The embedded answerer: finds the passage of the shop's help articles that answers a question and gives the shop's
//! own sentences, with a confidence that is earned by words found. It needs no network and no key, invents nothing,
//! and gives the same answer to the same question for ever.
//!
//! ```text
//! question ── retrieval.rs ── language.rs   which language it is in
//!                 │           asks.rs       which sentences ask something
//!                 │           limits.rs     what no article can answer: this order, do this for me
//!                 ├── index.rs              articles cut into passages.rs, ranked by bm25.rs over words.rs
//!                 ├── extract.rs            the sentences that answer
//!                 └── grounds.rs            what speaks for it, weighed by confidence.rs in per mille
//! words    ── words.rs, fold.rs             small words, stems and accents gone, what means the same joined
//!             lexicon.rs, synonyms.rs       by the tables of each language, and by the merchant's own
//!             spelling.rs                   slips of the finger mended, compounds taken apart
//! article  ── article.rs, markdown.rs       a help article as titles, paragraphs and list items
//! ```
//!
//! Greeting, closing and disclosure are composed around the body elsewhere.

mod article;
mod asks;
mod bm25;
mod confidence;
mod extract;
mod fold;
mod grounds;
mod index;
mod language;
mod lexicon;
mod limits;
mod markdown;
mod passages;
mod retrieval;
mod spelling;
mod synonyms;
#[cfg(test)]
mod tests;
mod words;

pub use article::{ARTICLE_BYTES_MAX, Article, ArticleError};
pub use passages::{Passage, passages};
pub use retrieval::{Answer, PassageScore, Question, Retrieval, Settings};
pub use synonyms::{SynonymError, Synonyms};
