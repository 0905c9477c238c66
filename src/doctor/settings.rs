//! Settings that can be wrong without any other sign: the address Gorgias is to call, Gorgias' own address, the folder of
//! articles.

use std::path::Path;

use super::{Row, SERVER};
use crate::counted::counted;
use crate::knowledge;

/// Whether Gorgias can call the address that webhooks would get. `needed`: a connection waits for webhooks and none came.
pub fn public_url(url: &str, is_real_gorgias: bool, needed: bool) -> Row {
    const CHECK: &str = "public_url";
    if is_reachable(url) {
        return Row::ok(SERVER, CHECK, format!("{url}: https, and no address of this machine alone"));
    }
    if !is_real_gorgias {
        return Row::ok(SERVER, CHECK, format!("{url}: enough for the stand-in of Gorgias that is set"));
    }
    let found =
        format!("Gorgias cannot call {url}: it takes https and an address that the internet can reach");
    let cure = "put a proxy or a tunnel with a certificate before the server, set public_url to its address, and restart";
    if needed { Row::problem(SERVER, CHECK, found, cure) } else { Row::warning(SERVER, CHECK, found, cure) }
}

/// Whether it is Gorgias itself that is called; nothing is said where it is.
pub fn gorgias(is_real_gorgias: bool) -> Option<Row> {
    (!is_real_gorgias).then(|| {
        let found = "another address than Gorgias' own is called, which is for tests";
        Row::warning(SERVER, "gorgias_url", found, "leave the setting gorgias_url out")
    })
}

/// Whether the folder of articles, where one is set, can be imported. Blocks while it is read.
pub fn knowledge_folder(folder: Option<&Path>) -> Option<Row> {
    const CHECK: &str = "knowledge_folder";
    Some(match knowledge::read_folder(folder?) {
        Ok(articles) => {
            let count = counted(articles.len(), "article", "articles");
            Row::ok(SERVER, CHECK, format!("{}: {count}", folder?.display()))
        }
        Err(problem) => {
            let cure = "mend that; until then no account can be connected anew with this setting";
            Row::problem(SERVER, CHECK, problem.to_string(), cure)
        }
    })
}

/// Whether Gorgias can reach an address at all.
pub fn is_reachable(url: &str) -> bool {
    let Some(rest) = url.strip_prefix("https://") else { return false };
    let host = rest.split(['/', '?']).next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    let is_own = host.eq_ignore_ascii_case("localhost") || host.to_ascii_lowercase().ends_with(".localhost");
    let is_loopback = host.parse().is_ok_and(|ip: std::net::IpAddr| ip.is_loopback() || ip.is_unspecified());
    !host.is_empty() && !is_own && !is_loopback
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]

    use super::super::Verdict;
    use super::*;

    #[test]
    fn loopback_and_plain_http_are_not_reachable() {
        for url in ["https://polus.example.com", "https://polus.example.com:8443/base", "https://203.0.113.5"]
        {
            assert!(is_reachable(url), "{url}");
            assert_eq!(public_url(url, true, true).result, Verdict::Ok);
        }
        for url in [
            "http://polus.example.com",
            "https://localhost:8080",
            "https://LOCALHOST",
            "https://a.localhost",
            "https://127.0.0.2",
            "https://[::1]:8080",
            "https://0.0.0.0",
            "https://",
        ] {
            assert!(!is_reachable(url), "{url}");
            assert_eq!(public_url(url, true, true).result, Verdict::Problem);
            assert_eq!(public_url(url, true, false).result, Verdict::Warning);
            assert_eq!(public_url(url, false, true).result, Verdict::Ok);
        }
    }

    #[test]
    fn a_folder_that_cannot_be_imported_is_a_problem() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(knowledge_folder(None), None);
        let empty = knowledge_folder(Some(folder.path())).unwrap();
        assert_eq!(empty.result, Verdict::Problem);
        std::fs::write(folder.path().join("a.md"), "# A\n\nText.").unwrap();
        assert!(knowledge_folder(Some(folder.path())).unwrap().found.ends_with(": 1 article"));
    }
}
