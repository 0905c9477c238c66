//! Help articles on their way in: from a folder of Markdown files, and from the blobs of a connection.
//!
//! `knowledge/import.rs` says what articles that are given make of those a connection has.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use polus_actors::world::{self, Knowledge};
use polus_core::connection::{ArticleRef, Connection};
use polus_storage::{BadBlobHash, BlobError, BlobHash, Blobs};

pub mod import;

use crate::answerer::{ARTICLE_BYTES_MAX, Article, ArticleError};

/// Why help articles cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// The folder or a file in it cannot be read.
    #[error("{} cannot be read: {problem}", path.display())]
    Unreadable {
        /// What.
        path: PathBuf,
        /// What the system said.
        problem: io::Error,
    },
    /// The folder holds no article.
    #[error("{} holds no help article: it takes Markdown files that end in .md, the first heading is the title", .0.display())]
    Empty(PathBuf),
    /// A file has a name that cannot be an article's.
    #[error("{}: the file's name is no UTF-8", .0.display())]
    BadName(PathBuf),
    /// A file has a name that could not be asked for again.
    #[error("{}: the name cannot be an article's: it takes 1 to {max} bytes, no backslash, no control character, and no dot at the beginning", .0.display(), max = import::ID_BYTES_MAX)]
    BadId(PathBuf),
    /// More files than a connection may have articles.
    #[error("{} holds more than {max} help articles; join some", .0.display(), max = import::ARTICLES_MAX)]
    TooMany(PathBuf),
    /// More text than a connection may have.
    #[error("{} holds {bytes} bytes of help articles, at most {max} are allowed; leave out what no customer asks for", folder.display(), max = import::TEXT_BYTES_MAX)]
    TooLarge {
        /// The folder.
        folder: PathBuf,
        /// The sum of its files.
        bytes: u64,
    },
    /// A file is no article.
    #[error("{}: {problem}", path.display())]
    Bad {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: ArticleError,
    },
    /// Two files have one title.
    #[error("{} and {} have the same title, {title:?}: a customer could not tell them apart; give each a title of its own, or leave one out", first.display(), second.display())]
    SameTitle {
        /// The title.
        title: String,
        /// A file.
        first: PathBuf,
        /// Another.
        second: PathBuf,
    },
    /// A connection refers to no blob.
    #[error("article {article}: {problem}")]
    Reference {
        /// The article.
        article: String,
        /// What is wrong.
        problem: BadBlobHash,
    },
    /// A connection's article is not to be had from the blobs.
    #[error("article {article}: {problem}")]
    Blob {
        /// The article.
        article: String,
        /// What is wrong.
        problem: BlobError,
    },
    /// A connection's article is no text.
    #[error("article {0} is no UTF-8")]
    NotUtf8(String),
}

/// The articles of a folder, in the order of their files' names. A file's name without its ending names the article.
/// Refuses what an import would; no file is read before the sizes of all are known to be allowed. Blocks.
pub fn read_folder(folder: &Path) -> Result<Vec<Article>, KnowledgeError> {
    let files = files(folder)?;
    let mut articles = Vec::with_capacity(files.len());
    let mut titled: BTreeMap<String, PathBuf> = BTreeMap::new();
    for (path, id) in files {
        let mut bytes = Vec::new();
        // A file may grow after its size was asked for; one byte too many is enough to be refused.
        let limit = u64::try_from(ARTICLE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
        let file = File::open(&path).map_err(unreadable(&path))?;
        file.take(limit).read_to_end(&mut bytes).map_err(unreadable(&path))?;
        let article = Article::from_bytes(id, &bytes)
            .map_err(|problem| KnowledgeError::Bad { path: path.clone(), problem })?;
        if let Some(first) = titled.insert(title_key(article.title()), path.clone()) {
            let title = article.title().to_owned();
            return Err(KnowledgeError::SameTitle { title, first, second: path });
        }
        articles.push(article);
    }
    Ok(articles)
}

/// The files of a folder that can be articles, by name, each with the name of its article.
fn files(folder: &Path) -> Result<Vec<(PathBuf, String)>, KnowledgeError> {
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let path = entry.map_err(unreadable(folder))?.path();
        if path.extension().is_some_and(|ending| ending == "md") && path.is_file() {
            paths.push(path);
        }
        if paths.len() > import::ARTICLES_MAX {
            return Err(KnowledgeError::TooMany(folder.to_owned()));
        }
    }
    paths.sort();
    if paths.is_empty() {
        return Err(KnowledgeError::Empty(folder.to_owned()));
    }
    let mut files = Vec::with_capacity(paths.len());
    let mut sum = 0_u64;
    for path in paths {
        let id = path.file_stem().and_then(|name| name.to_str());
        let id = id.ok_or_else(|| KnowledgeError::BadName(path.clone()))?.to_owned();
        if !import::is_id(&id) {
            return Err(KnowledgeError::BadId(path));
        }
        let size = fs::metadata(&path).map_err(unreadable(&path))?.len();
        let bytes = usize::try_from(size).unwrap_or(usize::MAX);
        if bytes > ARTICLE_BYTES_MAX {
            return Err(KnowledgeError::Bad { path, problem: ArticleError::TooLarge { id, bytes } });
        }
        sum = sum.saturating_add(size);
        files.push((path, id));
    }
    if usize::try_from(sum).unwrap_or(usize::MAX) > import::TEXT_BYTES_MAX {
        return Err(KnowledgeError::TooLarge { folder: folder.to_owned(), bytes: sum });
    }
    Ok(files)
}

fn unreadable(path: &Path) -> impl FnOnce(io::Error) -> KnowledgeError {
    let path = path.to_owned();
    move |problem| KnowledgeError::Unreadable { path, problem }
}

/// An article as a connection keeps it.
pub fn kept(article: &Article) -> world::Article {
    world::Article {
        id: article.id().to_owned(),
        title: article.title().to_owned(),
        text: article.markdown().to_owned(),
    }
}

/// Titles that read the same are the same.
fn title_key(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The articles of a connection at its newest version.
pub async fn of_connection(connection: &Connection, blobs: &dyn Blobs) -> Result<Knowledge, KnowledgeError> {
    let mut articles = Vec::with_capacity(connection.articles.len());
    for reference in &connection.articles {
        articles.push(stored(reference, blobs).await?);
    }
    Ok(Knowledge { version: connection.knowledge_version, articles })
}

/// An article of a connection, at whatever version, with its text.
pub async fn stored(reference: &ArticleRef, blobs: &dyn Blobs) -> Result<world::Article, KnowledgeError> {
    let article = || reference.id.clone();
    let hash: BlobHash = reference
        .blob
        .parse()
        .map_err(|problem| KnowledgeError::Reference { article: article(), problem })?;
    let bytes =
        blobs.get(&hash).await.map_err(|problem| KnowledgeError::Blob { article: article(), problem })?;
    let text = String::from_utf8(bytes).map_err(|_| KnowledgeError::NotUtf8(article()))?;
    Ok(world::Article { id: article(), title: reference.title.clone(), text })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::*;

    #[test]
    fn a_folder_is_read_in_the_order_of_its_names_and_other_files_are_left_out() {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in
            [("returns.md", "# Returns\n\nThirty days."), ("about.md", "# About\n\nTea."), ("a.txt", "x")]
        {
            fs::write(folder.path().join(name), text).unwrap();
        }
        let articles = read_folder(folder.path()).unwrap();
        let titles: Vec<_> = articles.iter().map(|article| (article.id(), article.title())).collect();
        assert_eq!(titles, [("about", "About"), ("returns", "Returns")]);
    }

    #[test]
    fn mistakes_name_the_file() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(read_folder(folder.path()), Err(KnowledgeError::Empty(_))));
        fs::write(folder.path().join("bare.md"), "no heading").unwrap();
        let error = read_folder(folder.path()).err().unwrap().to_string();
        assert!(error.contains("bare.md") && error.contains("heading"), "{error}");
        for (text, problem) in [
            (b"# Title\n\nOne \xFF two.".to_vec(), "not UTF-8, the first wrong byte is number 13"),
            (b"# Title\n\n".repeat(600_000), "5400000 bytes, at most 1048576 are allowed"),
            (b"# Title\n\n<script>x()</script>".to_vec(), "no text below the title"),
        ] {
            fs::write(folder.path().join("bare.md"), text).unwrap();
            let error = read_folder(folder.path()).err().unwrap().to_string();
            assert!(error.contains("bare.md") && error.contains(problem), "{error}");
        }
        assert!(matches!(read_folder(&folder.path().join("none")), Err(KnowledgeError::Unreadable { .. })));
        fs::write(folder.path().join("bare.md"), "# Our returns\n\nThirty days.").unwrap();
        fs::write(folder.path().join("other.md"), "# our  Returns\n\nForty days.").unwrap();
        let error = read_folder(folder.path()).err().unwrap().to_string();
        assert!(error.contains("bare.md") && error.contains("other.md"), "{error}");
    }
    /// What an import refuses is refused here too, so that no account is connected with it.
    #[test]
    fn a_folder_has_the_bounds_of_an_import() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".hidden.md"), "# Hidden\n\nText.").unwrap();
        assert!(matches!(read_folder(folder.path()), Err(KnowledgeError::BadId(_))));
        fs::remove_file(folder.path().join(".hidden.md")).unwrap();
        let files = import::TEXT_BYTES_MAX / ARTICLE_BYTES_MAX + 1;
        for number in 0..files {
            // Holes: they have the size and take no room, and nothing reads them.
            let file = File::create(folder.path().join(format!("{number}.md"))).unwrap();
            file.set_len(ARTICLE_BYTES_MAX as u64).unwrap();
        }
        let bytes = (files * ARTICLE_BYTES_MAX) as u64;
        let found = read_folder(folder.path());
        assert!(matches!(found, Err(KnowledgeError::TooLarge { bytes: told, .. }) if told == bytes));
        for number in files..=import::ARTICLES_MAX {
            File::create(folder.path().join(format!("{number}.md"))).unwrap();
        }
        assert!(matches!(read_folder(folder.path()), Err(KnowledgeError::TooMany(_))));
    }
}
