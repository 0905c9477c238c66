//! The scenarios: each is played and must end as it says.

use polus_simulations::scenarios::{ALL, Scenario, by_name};

#[test]
fn every_scenario_ends_as_it_says() {
    let mut failed = Vec::new();
    for scenario in ALL {
        let began = std::time::Instant::now();
        let played = scenario.played();
        eprintln!("{}: {:?}", scenario.name, began.elapsed());
        if !played.passed {
            failed.push(format!(
                "{}\n  {}\n{}",
                played.name,
                played.unexpected.join("\n  "),
                played.told.join("\n")
            ));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n\n"));
}

#[test]
fn the_same_scenario_twice_is_the_same_story() {
    for name in ["lost-response", "writes-under-way"] {
        let scenario = by_name(name).unwrap();
        assert_eq!(scenario.played(), scenario.played());
    }
}

/// Words of stories, in the order in which they come.
const TOLD_IN_ORDER: &[(&str, &[&str])] = &[
    (
        "crash-before-the-post",
        &[
            "reply_started",
            "the program dies right before a post",
            "the program starts",
            "reply_absent",
            "reply_posted",
        ],
    ),
    (
        "full-disk",
        &[
            "a customer asks",
            "the disk of the program fills up",
            "disk    acme/ticket/101 the disk is full",
            "the disk works again",
            "reply_posted",
        ],
    ),
    (
        "revoked-key",
        &["the key of acme is revoked", "Gorgias answers 401", "the key of acme works again", "reply_posted"],
    ),
    (
        "paused-at-the-fence",
        &["drafted", "pulls the brake", "releases the brake", "reply_started", "reply_posted"],
    ),
    (
        "lost-response",
        &[
            "(to come: Gorgias takes the next message on acme/101, and its answer is lost)",
            "reply_started",
            "call    acme POST /api/tickets/101/messages: 201, and the answer is lost on the way back",
            "reply_unclear",
            "its marker in the thread",
        ],
    ),
    (
        "merged-into-an-older-ticket",
        &["merges acme/102 into acme/101", "ticket_gone", "acme/101 seen_by_sync", "acme/101 reply_posted"],
    ),
    (
        "history-fetched-through-trouble",
        &["pages of the history are kept", "Gorgias answers 429", "the power goes", "is what Gorgias has"],
    ),
    ("secret-rotated", &["draws a new secret", "reply_posted", "at a retired address"]),
    ("flipped-bit", &["reply_posted", "a bit flips", "is put aside"]),
    ("message-while-down", &["the power goes", "a customer asks", "the program starts", "reply_posted"]),
    (
        "failed-sync",
        &["the disk stops syncing", "the program dies: the disk did not sync", "the program starts"],
    ),
];

/// Whoever reads a story from top to bottom reads the trouble where it comes, and what comes of it behind it.
#[test]
fn a_story_tells_what_was_done_to_the_world() {
    for (name, in_order) in TOLD_IN_ORDER {
        let told = by_name(name).unwrap().played().told;
        let mut lines = told.iter();
        for words in *in_order {
            assert!(
                lines.any(|line| line.contains(words)),
                "{name}: {words:?} is not next in\n{}",
                told.join("\n")
            );
        }
        let times: Vec<&str> = told.iter().filter_map(|line| line.trim_start().split(' ').next()).collect();
        assert!(times.is_sorted(), "{name}: {times:?}");
    }
}

#[test]
fn an_unknown_name_lists_those_there_are() {
    let problem = by_name("lost-reponse").map(|found| found.name).unwrap_err().to_string();
    assert!(problem.contains("lost-reponse"), "{problem}");
    for scenario in ALL {
        assert!(problem.contains(scenario.name), "{problem}");
    }
}

#[test]
fn names_are_the_files_and_told_apart() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios");
    for scenario in ALL {
        assert!(by_name(scenario.name).is_ok_and(|found| found.title == scenario.title), "{}", scenario.name);
        let file = folder.join(scenario.name.replace('-', "_")).with_extension("rs");
        assert!(file.is_file(), "{}", file.display());
    }
}

/// What goes wrong in real life and is handled, by its number: each is a story, whose first line bears it.
const HANDLED: [u8; 49] = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28,
    29, 30, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 49, 50, 51, 53, 54,
];

#[test]
fn whatever_is_handled_is_told() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/scenarios");
    let told: Vec<String> = ALL
        .iter()
        .map(|scenario| {
            let file = folder.join(scenario.name.replace('-', "_")).with_extension("rs");
            std::fs::read_to_string(file).unwrap().lines().next().unwrap().to_owned()
        })
        .collect();
    for number in HANDLED {
        let begins = format!("//! F-{number:02}: ");
        assert!(told.iter().any(|first| first.starts_with(&begins)), "no story begins with {begins:?}");
    }
}

/// A story that expects what does not happen, and one that ends with a debt left.
#[test]
fn a_story_that_ends_otherwise_says_so() {
    let wrong = Scenario {
        name: "wrong",
        title: "A customer asks for a person.",
        told: "Nothing happens, which is not so.",
        play: |scene| {
            Box::pin(async move {
                let ticket = scene.customer_asks("I want to talk to a human")?;
                scene.minutes(5).await;
                scene.expect_silence(ticket)
            })
        },
    };
    let played = wrong.played();
    assert!(!played.passed);
    assert_eq!(played.unexpected.len(), 1, "{:?}", played.unexpected);
    assert!(played.unexpected[0].contains("has 1 replies of ours instead of 0"), "{:?}", played.unexpected);
    assert!(played.told.iter().any(|line| line.contains("handed off")), "{:?}", played.told);
}

#[test]
fn a_story_in_which_the_planned_trouble_never_comes_says_so() {
    let idle = Scenario {
        name: "idle",
        title: "A response is to be lost, and none is awaited.",
        told: "The story is not what it says it is.",
        play: |scene| {
            Box::pin(async move {
                let ticket = scene.customer_asks_nobody("How does a return work?")?;
                scene.the_response_will_be_lost(ticket)?;
                scene.minutes(5).await;
                scene.expect_silence(ticket)
            })
        },
    };
    let played = idle.played();
    assert!(played.unexpected[0].contains("never happened"), "{:?}", played.unexpected);
}

/// The promises of every run hold in stories as well: here a message never gets its end.
#[test]
fn a_story_that_leaves_a_debt_breaks_a_promise() {
    let paused = Scenario {
        name: "paused",
        title: "The brake is pulled and never released.",
        told: "Nothing is settled, which no story may end with.",
        play: |scene| {
            Box::pin(async move {
                scene.customer_asks("How does a return work?")?;
                scene.merchant_pauses().await?;
                scene.minutes(5).await;
                Ok(())
            })
        },
    };
    let played = paused.played();
    assert!(played.unexpected.iter().any(|found| found.contains("settled: ")), "{:?}", played.unexpected);
}
