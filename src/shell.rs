//! Words of a command that is printed: they can be pasted into a shell.

use std::path::Path;

/// The path as one word for a shell: as it is where that does, else between quotes.
pub fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let plain = |letter: char| letter.is_alphanumeric() || "/._-+:@%,".contains(letter);
    if !text.is_empty() && text.chars().all(plain) {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use std::process::Command;

    use super::*;

    /// What a shell makes of the word is the path again.
    #[test]
    fn a_shell_reads_the_path_back() {
        for path in
            ["/tmp/runs/7", "a folder", "it's", "$HOME `x` \"y\" \\", "new\nline", "a;b&c|d>e*?~#", ""]
        {
            let line = format!("printf %s {}", quoted(Path::new(path)));
            let given = Command::new("sh").args(["-c", &line]).output().unwrap();
            assert_eq!(String::from_utf8(given.stdout).unwrap(), path, "{line}");
        }
        assert_eq!(quoted(Path::new("/tmp/polus-simulate-7-1/run.json")), "/tmp/polus-simulate-7-1/run.json");
    }
}
