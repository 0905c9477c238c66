//! One help article, read from Markdown. Text that cannot be read as it was written is refused, never repaired: an
//! answer must consist of the shop's own words.

use thiserror::Error;

use super::markdown::{self, Block};

/// The largest article, in bytes. Help pages are some kilobytes; more is an export gone wrong.
pub const ARTICLE_BYTES_MAX: usize = 1024 * 1024;

/// A help article with a title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    id: String,
    title: String,
    body: String,
}

/// Why a text is no help article. Each names the article.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ArticleError {
    /// There is no heading that could be the title.
    #[error("article {id}: no heading found, the first heading is the title")]
    HeadingMissing {
        /// The article.
        id: String,
    },
    /// There is nothing but headings.
    #[error("article {id}: no text below the title")]
    TextMissing {
        /// The article.
        id: String,
    },
    /// The bytes are not UTF-8.
    #[error("article {id}: not UTF-8, the first wrong byte is number {valid_bytes}; save the file as UTF-8")]
    NotUtf8 {
        /// The article.
        id: String,
        /// How many bytes before the first wrong one are good.
        valid_bytes: usize,
    },
    /// The article is larger than [`ARTICLE_BYTES_MAX`].
    #[error("article {id}: {bytes} bytes, at most {ARTICLE_BYTES_MAX} are allowed")]
    TooLarge {
        /// The article.
        id: String,
        /// Its size in bytes.
        bytes: usize,
    },
}

impl Article {
    /// Reads `markdown`; the first heading is the title. `id` names the article in answers and errors, and orders
    /// equal scores.
    pub fn parse(id: impl Into<String>, markdown: &str) -> Result<Self, ArticleError> {
        let id = id.into();
        if markdown.len() > ARTICLE_BYTES_MAX {
            return Err(ArticleError::TooLarge { id, bytes: markdown.len() });
        }
        let text = without_front_matter(markdown.trim_start_matches('\u{FEFF}'));
        let blocks = markdown::blocks(text);
        let title = blocks.iter().find_map(|block| match block {
            Block::Heading { text, .. } if !text.is_empty() => Some(text.clone()),
            Block::Heading { .. } | Block::Paragraph(_) | Block::Item { .. } => None,
        });
        let Some(title) = title else { return Err(ArticleError::HeadingMissing { id }) };
        if !blocks.iter().any(|block| !matches!(block, Block::Heading { .. })) {
            return Err(ArticleError::TextMissing { id });
        }
        Ok(Self { id, title, body: text.to_owned() })
    }

    /// The same for the bytes of a file.
    pub fn from_bytes(id: impl Into<String>, bytes: &[u8]) -> Result<Self, ArticleError> {
        let id = id.into();
        if bytes.len() > ARTICLE_BYTES_MAX {
            return Err(ArticleError::TooLarge { id, bytes: bytes.len() });
        }
        match std::str::from_utf8(bytes) {
            Ok(markdown) => Self::parse(id, markdown),
            Err(error) => Err(ArticleError::NotUtf8 { id, valid_bytes: error.valid_up_to() }),
        }
    }

    /// The name it was given.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its first heading, as plain text.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// Its Markdown, title included.
    pub fn markdown(&self) -> &str {
        &self.body
    }
}

/// `markdown` without the `---` block of settings that some editors put above it.
fn without_front_matter(markdown: &str) -> &str {
    let Some(rest) = markdown.strip_prefix("---\n").or_else(|| markdown.strip_prefix("---\r\n")) else {
        return markdown;
    };
    let mut offset = 0;
    for line in rest.split_inclusive('\n') {
        offset += line.len();
        if line.trim_end() == "---" {
            return rest.get(offset..).unwrap_or_default();
        }
    }
    markdown
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn the_first_heading_is_the_title() {
        for markdown in [
            "# Returns\n\nText.",
            "\u{FEFF}# Returns\n\nText.",
            "---\nkey: value\n---\n## **Returns** ##\n\nText.",
            "Returns\n=======\n\nText.",
            "Text above.\n\n# Returns",
        ] {
            assert_eq!(Article::parse("a", markdown).unwrap().title(), "Returns", "{markdown:?}");
        }
    }

    #[test]
    fn what_is_no_article_is_refused_by_name() {
        let message = |result: Result<Article, ArticleError>| result.unwrap_err().to_string();
        assert_eq!(
            message(Article::parse("a", "Only text.")),
            "article a: no heading found, the first heading is the title"
        );
        assert_eq!(
            message(Article::parse("a", "```\n# no heading\n```\ntext")),
            "article a: no heading found, the first heading is the title"
        );
        assert_eq!(message(Article::parse("a", "# Title\n\n")), "article a: no text below the title");
        assert_eq!(
            message(Article::from_bytes("a", b"# T\n\xFFtext")),
            "article a: not UTF-8, the first wrong byte is number 4; save the file as UTF-8"
        );
        assert_eq!(
            message(Article::parse("a", &"#".repeat(ARTICLE_BYTES_MAX + 1))),
            "article a: 1048577 bytes, at most 1048576 are allowed"
        );
        assert_eq!(
            message(Article::from_bytes("a", &vec![b'#'; ARTICLE_BYTES_MAX + 1])),
            "article a: 1048577 bytes, at most 1048576 are allowed"
        );
    }
}
