//! Which source wins, and what is said of mistakes.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use secrecy::ExposeSecret;

use super::*;

struct Place {
    folder: tempfile::TempDir,
    sources: Sources,
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let default_file = folder.path().join(DEFAULT_FILE);
    Place { folder, sources: Sources { default_file, ..Sources::default() } }
}

impl Place {
    fn file(self, text: &str) -> Self {
        std::fs::write(&self.sources.default_file, text).unwrap();
        self
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.sources.environment.insert(name.to_owned(), value.to_owned());
        self
    }

    fn flag(mut self, key: Key, value: &str) -> Self {
        self.sources.flags.insert(key, value.to_owned());
        self
    }

    fn load(&self) -> Result<Config, ConfigError> {
        Config::load(&self.sources)
    }

    fn error(&self) -> String {
        self.load().err().expect("settings that cannot be used").to_string()
    }
}

#[test]
fn without_sources_every_setting_has_its_default() {
    let config = place().load().unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.log.to_string(), "sled:./polus-data/log");
    assert!(config.is_real_gorgias());
    assert!(config.show().iter().all(|shown| shown.origin == "default"));
    assert_eq!(config.show().len(), Key::ALL.len());
}

#[test]
fn flag_beats_environment_beats_file_beats_default() {
    let place = place().file("data = \"/from/file\"\nlisten = \"127.0.0.1:1\"\n\nlog = \"memory:\"\n");
    let place = place.env("POLUS_LISTEN", "127.0.0.1:2").env("POLUS_LOG", "sled:/from/env");
    let config = place.flag(Key::Log, "sled:/from/flag").load().unwrap();
    assert_eq!(config.log.to_string(), "sled:/from/flag");
    assert_eq!(config.origin(Key::Log), Origin::Flag("--log".to_owned()));
    assert_eq!(config.listen.port(), 2);
    assert_eq!(config.origin(Key::Listen), Origin::Environment("POLUS_LISTEN".to_owned()));
    assert_eq!(config.data, PathBuf::from("/from/file"));
    assert!(matches!(config.origin(Key::Data), Origin::File { line: 1, .. }));
    assert_eq!(config.origin(Key::AlertUrl), Origin::Default);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_setting() {
    let error = place().file("# settings\n\nlisten = \"127.0.0.1:1\"\npublik_url = \"https://a\"\n").error();
    assert!(error.contains("line 4"), "{error}");
    assert!(error.contains("did you mean \"public_url\"?"), "{error}");
    let error = place().file("colour = \"blue\"").error();
    assert!(error.contains("polus config show"), "{error}");
}

#[test]
fn a_file_that_is_no_toml_is_named_with_its_line() {
    let error = place().file("listen = \"127.0.0.1:1\"\nlog = \n").error();
    assert!(error.contains("line 2"), "{error}");
    assert!(place().file("listen = 8080").error().contains("takes a text in quotes"));
}

#[test]
fn a_named_file_must_be_there() {
    let mut place = place();
    place.sources.file = Some(place.folder.path().join("other.toml"));
    assert!(place.error().contains("other.toml cannot be read"));
}

#[test]
fn values_that_do_not_fit_say_what_they_take() {
    for (key, value, says) in [
        (Key::Listen, "8080", "such as 127.0.0.1:8080"),
        (Key::Log, "kafka:x", "sled:PATH or memory:"),
        (Key::PublicUrl, "example.org", "http:// or https://"),
        (Key::AlertUrl, "https://", "http:// or https://"),
        (Key::LogFormat, "xml", "text or json"),
    ] {
        let error = place().flag(key, value).error();
        assert!(error.contains(says) && error.contains(&key.flag()), "{error}");
    }
}

#[test]
fn a_secret_may_come_from_a_file_but_not_from_two_places_of_one_source() {
    let place = place();
    let path = place.folder.path().join("token");
    std::fs::write(&path, "s3cret-token\n").unwrap();
    let place = place.env("POLUS_ADMIN_TOKEN_FILE", &path.display().to_string());
    let token = place.load().unwrap().admin_token.unwrap();
    assert_eq!(token.expose_secret(), "s3cret-token");
    assert!(place.env("POLUS_ADMIN_TOKEN", "other").error().contains("given twice"));
}

#[test]
fn secrets_are_masked_when_shown() {
    let place = place().env("POLUS_ADMIN_TOKEN", "s3cret-token").env("POLUS_MASTER_KEY", "s3cret-key");
    let shown = format!("{:?}", place.load().unwrap().show());
    assert!(!shown.contains("s3cret"), "{shown}");
    assert!(shown.contains("environment POLUS_MASTER_KEY"), "{shown}");
}

#[test]
fn a_variable_that_is_nearly_a_setting_gets_a_remark() {
    let config = place().env("POLUS_LISTN", "x").env("POLUS_SERVICE_HOST", "10.0.0.1").load().unwrap();
    assert_eq!(config.remarks, ["POLUS_LISTN is no setting; did you mean POLUS_LISTEN?"]);
}
