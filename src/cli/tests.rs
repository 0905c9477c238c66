//! How the commands are spelt.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use clap::CommandFactory;
use clap::error::ErrorKind;

use super::*;

fn parse(line: &str) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(line.split_whitespace())
}

#[test]
fn the_definition_of_the_commands_is_sound() {
    Arguments::command().debug_assert();
}

#[test]
fn every_command_can_be_spelt() {
    for line in [
        "polus",
        "polus serve --data d --listen 127.0.0.1:0 --log memory: --log-format json --master-key-file k",
        "polus connect --domain acme --email a@b.example --api-key-file - --ai-user 7 --test",
        "polus connect --domain acme --api-key-base64-file f --ai-user 7 --handoff-team 2 --handoff-user 3 --mode shadow --install-webhook",
        "polus disconnect acme --server http://127.0.0.1:1 --json",
        "polus disconnect acme --remove-webhook",
        "polus connections --json",
        "polus webhook acme --json",
        "polus webhook acme check --json",
        "polus webhook acme install",
        "polus webhook acme repair --server http://127.0.0.1:1",
        "polus webhook acme remove --json",
        "polus webhook acme rotate --overlap 0 --json",
        "polus self-test acme --email olga@shop.example",
        "polus self-test acme --email olga@shop.example --question Shipping? --keep --json",
        "polus mode acme shadow",
        "polus pause acme",
        "polus resume acme",
        "polus resume acme/501",
        "polus handoff acme/501",
        "polus replay acme/501 --at 3 --json",
        "polus replay acme/501 --check",
        "polus explain acme/501 88 --json",
        "polus explain acme/501 --full",
        "polus agreement acme --by channel --since 2026-01-31 --channel email --topic returns --json",
        "polus ask question --connection acme --json",
        "polus log verify --json",
        "polus log export",
        "polus log stats --data d",
        "polus gorgias-sim --port 0 --seed 7 --tickets 3",
        "polus simulate --seed 7 --trace",
        "polus simulate --seeds 0..5 --go-on --json",
        "polus simulate --minutes 0.5 --seed 7 --go-on",
        "polus simulate --hours 24 --tickets 500 --seed 7 --keep k",
        "polus simulate --scenario lost-response --json",
        "polus simulate --regression run.json --trace",
        "polus demo --once",
        "polus config show --json",
        "polus knowledge list acme --json",
        "polus knowledge import acme articles --replace --json",
        "polus knowledge remove acme returns",
        "polus policy show acme --all --json",
        "polus policy set acme quiet.chat=1s hours.holidays+=2026-12-25 --json",
        "polus waiting acme --json",
        "polus doctor --json",
        "polus completions fish",
        "polus version --json",
    ] {
        if let Err(error) = parse(line) {
            panic!("{line}: {error}");
        }
    }
}

#[test]
fn wrong_use_is_found_before_anything_is_done() {
    for (line, kind) in [
        ("polus connect --domain acme --ai-user 7", ErrorKind::MissingRequiredArgument),
        ("polus connect --domain acme --api-key-file f --ai-user 7", ErrorKind::MissingRequiredArgument),
        ("polus connect --domain acme --email e --api-key k --ai-user 7", ErrorKind::UnknownArgument),
        (
            "polus connect --domain acme --email e --api-key-file f --api-key-base64-file f --ai-user 7",
            ErrorKind::ArgumentConflict,
        ),
        (
            "polus connect --domain acme.gorgias.com --api-key-base64-file f --ai-user 7",
            ErrorKind::ValueValidation,
        ),
        ("polus connect --domain acme --api-key-base64-file f --ai-user 0", ErrorKind::ValueValidation),
        ("polus webhook acme rotate --overlap 745", ErrorKind::ValueValidation),
        ("polus webhook acme repair --overlap 1", ErrorKind::UnknownArgument),
        ("polus webhook", ErrorKind::MissingRequiredArgument),
        ("polus self-test acme", ErrorKind::MissingRequiredArgument),
        ("polus self-test --email olga@shop.example", ErrorKind::MissingRequiredArgument),
        ("polus handoff acme/0", ErrorKind::ValueValidation),
        ("polus mode acme loud", ErrorKind::InvalidValue),
        ("polus agreement acme --by shop", ErrorKind::InvalidValue),
        ("polus handoff acme", ErrorKind::ValueValidation),
        ("polus handoff acme/x", ErrorKind::ValueValidation),
        ("polus resume ac.me", ErrorKind::ValueValidation),
        ("polus replay acme/501 --at 3 --check", ErrorKind::ArgumentConflict),
        ("polus serve --admin-token secret", ErrorKind::UnknownArgument),
        ("polus knowledge import acme", ErrorKind::MissingRequiredArgument),
        ("polus policy set acme", ErrorKind::MissingRequiredArgument),
        ("polus policy set acme quiet.chat", ErrorKind::ValueValidation),
        ("polus policy set acme =1s", ErrorKind::ValueValidation),
        ("polus completions tcsh", ErrorKind::InvalidValue),
        ("polus dance", ErrorKind::InvalidSubcommand),
    ] {
        let error = parse(line).err().unwrap_or_else(|| panic!("{line} was taken"));
        assert_eq!(error.kind(), kind, "{line}: {error}");
        assert_eq!(error.exit_code(), 2, "{line}");
    }
}

#[test]
fn a_host_in_place_of_a_prefix_is_answered_with_the_prefix() {
    let line = "polus connect --domain acme.gorgias.com --api-key-base64-file f --ai-user 7";
    assert!(parse(line).err().unwrap().to_string().contains("give only the prefix: \"acme\""));
}

#[test]
fn a_number_that_is_none_is_answered_with_where_to_find_it() {
    let connect = "polus connect --domain acme --api-key-base64-file f --ai-user";
    for (line, words) in [
        (format!("{connect} abc"), "it takes a user's number"),
        (format!("{connect} -5"), "it takes a user's number"),
        (format!("{connect} 7 --handoff-team -5"), "it takes a team's number"),
        (format!("{connect} 7 --handoff-user x"), "it takes a user's number"),
        ("polus handoff acme/-5".to_owned(), "is no ticket number"),
        ("polus explain acme/5 abc".to_owned(), "it takes a message's number"),
        ("polus explain acme/5 -5".to_owned(), "it takes a message's number"),
        ("polus agreement acme --since soon".to_owned(), "it takes a day or a time"),
        ("polus replay acme/5 --at -1".to_owned(), "it takes how many events"),
    ] {
        let error = parse(&line).err().unwrap_or_else(|| panic!("{line} was taken"));
        assert_eq!(error.kind(), ErrorKind::ValueValidation, "{line}: {error}");
        assert!(error.to_string().contains(words), "{line}: {error}");
    }
}
