//! How rules are written, and the ten files read into one table; `promise.rules` is a table of its own. A file is lines:
//!
//! ```text
//! # a remark
//! list PERSON = human|real_person|~someone   a name for phrases; _ joins the words of a phrase
//! [request]                                  the section of the rules below
//! asks to talk to a person:                  the name of the rules below, for people
//! TALK to|with +2 PERSON                     a rule
//! - dont TALK                                an exception: cancels each rule of its section that it touches
//! ! rather PERSON                            a rule that no exception cancels
//! ```
//!
//! The parts of a rule are:
//!
//! ```text
//! talk|speak    one of these words; $ among them is the end of the line
//! ~operator     this word, also misspelt by one letter
//! lawyer*       a word that begins like this
//! #             a number of three digits or more
//! PERSON        a phrase of this list
//! ?please       this or nothing
//! +3            up to three words, within a clause
//! _3            up to three words, commas between them too
//! ^ and $       the start and the end of a line or sentence
//! ```
//!
//! Words are cut and folded as a customer's are, so `m'appeler` is two words and `é` is `e`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::tokens::tokens;
use super::vocabulary::{NUMBER, Vocabulary};

/// What a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::reading) enum Section {
    /// A request for a person.
    Request,
    /// A request that is one only in a short message.
    Bare,
    /// Will not be answered by a machine, now or later.
    OptOut,
    /// Frustration milder than anger.
    Frustration,
    /// An instruction to the machine.
    Instruction,
    /// A promise of a person, in an answer of ours.
    Promise,
    SelfHarm,
    Violence,
    Legal,
    Chargeback,
    Safety,
    FinancialDetails,
    Anger,
}

/// How a rule counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Usual,
    Exception,
    Certain,
}

/// One rule. Words are numbers of the vocabulary.
pub(super) struct Rule {
    pub section: Section,
    pub name: String,
    pub kind: Kind,
    pub parts: Vec<Part>,
}

/// One part of a rule.
pub(super) enum Part {
    OneOf { phrases: Vec<Vec<usize>>, optional: bool, or_end: bool },
    Gap { words_max: usize, over_pauses: bool },
    Start,
    End,
}

/// Every rule of every language.
#[derive(Default)]
pub(super) struct Rules {
    pub rules: Vec<Rule>,
    pub vocabulary: Vocabulary,
    /// The rules that can begin with each word of the vocabulary.
    pub starts: Vec<Vec<usize>>,
    /// Lines that are no rule; a test holds that there is none.
    pub mistakes: Vec<String>,
}

const FILES: [(&str, &str); 10] = [
    ("en", include_str!("rules/en.rules")),
    ("fr", include_str!("rules/fr.rules")),
    ("es", include_str!("rules/es.rules")),
    ("de", include_str!("rules/de.rules")),
    ("it", include_str!("rules/it.rules")),
    ("pt", include_str!("rules/pt.rules")),
    ("nl", include_str!("rules/nl.rules")),
    ("pl", include_str!("rules/pl.rules")),
    ("sv", include_str!("rules/sv.rules")),
    ("ja", include_str!("rules/ja.rules")),
];

/// What customers' words are held against.
pub(super) static RULES: LazyLock<Rules> = LazyLock::new(|| Rules::of(&FILES));

/// What our own answers are held against. Apart from the others: a word that is known here would not be looked at for a
/// misspelt one there.
pub(super) static PROMISES: LazyLock<Rules> =
    LazyLock::new(|| Rules::of(&[("promise", include_str!("rules/promise.rules"))]));

type Lists = BTreeMap<&'static str, Vec<Vec<usize>>>;

impl Rules {
    fn of(files: &[(&str, &'static str)]) -> Self {
        let mut rules = Self::default();
        for (name, file) in files {
            rules.read(name, file);
        }
        rules.index();
        rules
    }

    fn read(&mut self, language: &str, file: &'static str) {
        let mut lists = Lists::new();
        let (mut section, mut name) = (None, "");
        for line in file.lines().map(str::trim) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let understood = if let Some((list, phrases)) =
                line.strip_prefix("list ").and_then(|list| list.split_once('='))
            {
                let phrases = self.phrases(phrases.trim(), &lists);
                let is_known = phrases.is_some();
                lists.insert(list.trim(), phrases.unwrap_or_default());
                is_known
            } else if let Some(title) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = Section::named(title);
                section.is_some()
            } else if let Some(title) = line.strip_suffix(':') {
                name = title;
                true
            } else {
                section.is_some_and(|section| self.rule(line, section, name, &lists))
            };
            if !understood {
                self.mistakes.push(format!("{language}: {line}"));
            }
        }
    }

    /// Takes in one rule; tells whether it is one.
    fn rule(&mut self, line: &'static str, section: Section, name: &str, lists: &Lists) -> bool {
        let (kind, written) = match line.split_at_checked(2) {
            Some(("- ", rest)) => (Kind::Exception, rest),
            Some(("! ", rest)) => (Kind::Certain, rest),
            _ => (Kind::Usual, line),
        };
        let parts: Option<Vec<Part>> =
            written.split_whitespace().map(|part| self.part(part, lists)).collect();
        let begins_with_a_word = |parts: &Vec<Part>| {
            let first = parts.iter().find(|part| !matches!(part, Part::Start));
            matches!(first, Some(Part::OneOf { .. }))
        };
        match parts.filter(begins_with_a_word) {
            Some(parts) if !name.is_empty() => {
                self.rules.push(Rule { section, name: name.to_owned(), kind, parts });
                true
            }
            _ => false,
        }
    }

    fn part(&mut self, written: &'static str, lists: &Lists) -> Option<Part> {
        match written {
            "^" => return Some(Part::Start),
            "$" => return Some(Part::End),
            _ => {}
        }
        for (mark, over_pauses) in [('+', false), ('_', true)] {
            if let Some(words_max) = written.strip_prefix(mark).and_then(|count| count.parse().ok()) {
                return Some(Part::Gap { words_max, over_pauses });
            }
        }
        let (optional, phrases) = match written.strip_prefix('?') {
            Some(phrases) => (true, phrases),
            None => (false, written),
        };
        let or_end = phrases.split('|').any(|choice| choice == "$");
        self.phrases(phrases, lists).map(|phrases| Part::OneOf { phrases, optional, or_end })
    }

    /// The phrases of `a|b_c|LIST`, longest first so that a match shows all its words.
    fn phrases(&mut self, written: &'static str, lists: &Lists) -> Option<Vec<Vec<usize>>> {
        let mut phrases = Vec::new();
        for choice in written.split('|').filter(|choice| *choice != "$") {
            let is_list = choice.chars().all(|letter| letter.is_ascii_uppercase() || letter == '_');
            if is_list {
                phrases.extend(lists.get(choice)?.iter().cloned());
                continue;
            }
            let mut phrase = Vec::new();
            for word in choice.split('_') {
                if word == NUMBER {
                    phrase.push(self.vocabulary.add(NUMBER.to_owned(), false, false));
                    continue;
                }
                let misspelt = word.starts_with('~');
                let begins = word.ends_with('*');
                for token in tokens(word.trim_matches(['~', '*'])) {
                    phrase.push(self.vocabulary.add(token.word, begins, misspelt));
                }
            }
            if phrase.is_empty() {
                return None;
            }
            phrases.push(phrase);
        }
        phrases.sort_by_key(|phrase| std::cmp::Reverse(phrase.len()));
        Some(phrases)
    }

    fn index(&mut self) {
        self.starts = vec![Vec::new(); self.vocabulary.len()];
        for (number, rule) in self.rules.iter().enumerate() {
            for part in &rule.parts {
                let Part::OneOf { phrases, optional, .. } = part else {
                    if matches!(part, Part::Start) {
                        continue;
                    }
                    break;
                };
                for first in phrases.iter().filter_map(|phrase| phrase.first()) {
                    if let Some(starting) = self.starts.get_mut(*first) {
                        starting.push(number);
                    }
                }
                if !optional {
                    break;
                }
            }
        }
        self.vocabulary.prepare();
    }
}

impl Section {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "request" => Self::Request,
            "bare" => Self::Bare,
            "opt_out" => Self::OptOut,
            "frustration" => Self::Frustration,
            "instruction" => Self::Instruction,
            "promise" => Self::Promise,
            "self_harm" => Self::SelfHarm,
            "violence" => Self::Violence,
            "legal" => Self::Legal,
            "chargeback" => Self::Chargeback,
            "safety" => Self::Safety,
            "financial_details" => Self::FinancialDetails,
            "anger" => Self::Anger,
            _ => return None,
        })
    }
}
