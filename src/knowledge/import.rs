//! What articles that are given make of those a connection has: which are new, changed, the same or gone. Nothing is
//! stored here; a single bad article refuses all.

use std::collections::BTreeMap;

use polus_actors::world;
use polus_core::connection::Connection;
use polus_storage::{BlobHash, Blobs};
use serde::Serialize;
use utoipa::ToSchema;

use super::{KnowledgeError, kept, stored, title_key};
use crate::answerer::{Article, ArticleError};

/// The most articles of a connection: ten times the help centre of a large shop.
pub const ARTICLES_MAX: usize = 5_000;

/// The largest text of all articles together, in bytes: it is held in memory, and indexed anew with each change.
pub const TEXT_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The longest name of an article, in bytes.
pub const ID_BYTES_MAX: usize = 200;

/// An article as it is given.
#[derive(Debug, Clone)]
pub struct Given {
    /// Its name.
    pub id: String,
    /// Its title, where that is not the text's first heading.
    pub title: Option<String>,
    /// Its text, Markdown.
    pub text: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Changes {
    /// Articles that are new.
    pub added: Vec<String>,
    /// Articles whose text or title is another.
    pub changed: Vec<String>,
    /// Articles that were given as they were.
    pub unchanged: Vec<String>,
    /// Articles that are gone.
    pub removed: Vec<String>,
}

/// What is to be from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// All articles, by name.
    pub articles: Vec<world::Article>,
    /// What is different.
    pub changes: Changes,
}

/// Why articles are not taken. Each names the article.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// There is none.
    #[error("no article is given; remove articles one by one with DELETE, by their names")]
    Empty,
    /// A name that could not be asked for again.
    #[error(
        "{0:?} cannot be an article's name: it takes 1 to {ID_BYTES_MAX} bytes, no slash, no control character, and no dot at the beginning"
    )]
    BadId(String),
    /// One name for two.
    #[error("article {0:?} is given twice; give each article a name of its own")]
    Twice(String),
    /// No article.
    #[error(transparent)]
    Bad(#[from] ArticleError),
    /// Two articles have one title.
    #[error(
        "articles {first:?} and {second:?} have the same title, {title:?}: a customer could not tell them apart; give each a title of its own, or remove one"
    )]
    SameTitle {
        /// The title.
        title: String,
        /// An article.
        first: String,
        /// Another.
        second: String,
    },
    /// More than there may be.
    #[error("that makes {0} articles, at most {ARTICLES_MAX} are allowed; join some")]
    TooMany(usize),
    /// More text than there may be.
    #[error(
        "that makes {0} bytes of text in all, at most {TEXT_BYTES_MAX} are allowed; leave out what no customer asks for"
    )]
    TooLarge(usize),
    /// There is no such article.
    #[error(
        "{connection} has no article {article:?}; `polus knowledge list {connection}` lists those there are"
    )]
    Unknown {
        /// The connection.
        connection: String,
        /// The article.
        article: String,
    },
    /// What the connection has cannot be read.
    #[error(transparent)]
    Stored(#[from] KnowledgeError),
}

impl Changes {
    /// Whether there is nothing to record.
    pub fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.removed.is_empty()
    }
}

/// Adds the given articles to those of the connection, by name; with `replace`, nothing else stays.
pub async fn plan(
    connection: &Connection,
    blobs: &dyn Blobs,
    given: Vec<Given>,
    replace: bool,
) -> Result<Plan, ImportError> {
    let given = read(given)?;
    let mut changes = Changes::default();
    for (id, article) in &given {
        let blob = BlobHash::of(article.markdown().as_bytes()).to_string();
        let list = match connection.articles.iter().find(|known| known.id == *id) {
            None => &mut changes.added,
            Some(known) if known.blob == blob && known.title == article.title() => &mut changes.unchanged,
            Some(_) => &mut changes.changed,
        };
        list.push(id.clone());
    }
    let mut all: BTreeMap<String, world::Article> =
        given.iter().map(|(id, article)| (id.clone(), kept(article))).collect();
    for known in connection.articles.iter().filter(|known| !given.contains_key(&known.id)) {
        if replace {
            changes.removed.push(known.id.clone());
        } else {
            // Only what stays is read: an article that is damaged can still be given anew.
            all.insert(known.id.clone(), stored(known, blobs).await?);
        }
    }
    changes.removed.sort();
    let articles: Vec<world::Article> = all.into_values().collect();
    see_to_titles(&articles, &changes)?;
    see_to_sizes(articles.iter().map(|article| article.text.len()))?;
    Ok(Plan { articles, changes })
}

/// Takes one article away. `name` is the connection's.
pub async fn plan_without(
    connection: &Connection,
    blobs: &dyn Blobs,
    name: &str,
    article: &str,
) -> Result<Plan, ImportError> {
    if !connection.articles.iter().any(|known| known.id == article) {
        let (connection, article) = (name.to_owned(), article.to_owned());
        return Err(ImportError::Unknown { connection, article });
    }
    let mut articles = Vec::with_capacity(connection.articles.len());
    for known in connection.articles.iter().filter(|known| known.id != article) {
        articles.push(stored(known, blobs).await?);
    }
    let changes = Changes { removed: vec![article.to_owned()], ..Changes::default() };
    Ok(Plan { articles, changes })
}

fn read(given: Vec<Given>) -> Result<BTreeMap<String, Article>, ImportError> {
    if given.is_empty() {
        return Err(ImportError::Empty);
    }
    // Before anything is read of it: reading takes far longer than counting.
    see_to_sizes(given.iter().map(|article| article.text.len()))?;
    let mut read = BTreeMap::new();
    for Given { id, title, text } in given {
        if !is_id(&id) {
            return Err(ImportError::BadId(id));
        }
        let article = titled(&id, title.as_deref().map(str::trim), &text)?;
        if read.insert(id.clone(), article).is_some() {
            return Err(ImportError::Twice(id));
        }
    }
    Ok(read)
}

/// A title that was given stands above the text as its heading, unless it does already.
fn titled(id: &str, title: Option<&str>, text: &str) -> Result<Article, ArticleError> {
    let Some(title) = title.filter(|title| !title.is_empty()) else { return Article::parse(id, text) };
    match Article::parse(id, text) {
        Ok(article) if article.title() == title => Ok(article),
        Ok(_) | Err(ArticleError::HeadingMissing { .. }) => {
            Article::parse(id, &format!("# {}\n\n{text}", title.replace(['\r', '\n'], " ")))
        }
        Err(error) => Err(error),
    }
}

/// A name stands as one segment of an address.
pub(super) fn is_id(id: &str) -> bool {
    let is_plain = |character: char| character != '/' && character != '\\' && !character.is_control();
    !id.is_empty() && id.len() <= ID_BYTES_MAX && !id.starts_with('.') && id.chars().all(is_plain)
}

/// Articles that had one title before are no fault of what is given now.
fn see_to_titles(articles: &[world::Article], changes: &Changes) -> Result<(), ImportError> {
    let is_new = |id: &String| changes.added.contains(id) || changes.changed.contains(id);
    let mut titled: BTreeMap<String, &world::Article> = BTreeMap::new();
    for article in articles {
        if let Some(first) = titled.insert(title_key(&article.title), article)
            && (is_new(&first.id) || is_new(&article.id))
        {
            return Err(ImportError::SameTitle {
                title: article.title.clone(),
                first: first.id.clone(),
                second: article.id.clone(),
            });
        }
    }
    Ok(())
}

fn see_to_sizes(texts: impl ExactSizeIterator<Item = usize>) -> Result<(), ImportError> {
    if texts.len() > ARTICLES_MAX {
        return Err(ImportError::TooMany(texts.len()));
    }
    let bytes = texts.sum();
    if bytes > TEXT_BYTES_MAX {
        return Err(ImportError::TooLarge(bytes));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
