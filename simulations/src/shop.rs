//! The shop of the simulation: Kallias Tea, an invented tea merchant. Its help articles are written as a real shop
//! would write them, so that a demonstration, the answerer's own tests and the simulated customers all speak of the
//! same shipping times and the same returns.

/// Every help article as (file id, Markdown), in a fixed order.
pub fn articles() -> Vec<(&'static str, &'static str)> {
    vec![
        ("shipping", include_str!("shop/shipping.md")),
        ("tracking", include_str!("shop/tracking.md")),
        ("returns", include_str!("shop/returns.md")),
        ("refunds", include_str!("shop/refunds.md")),
        ("exchanges", include_str!("shop/exchanges.md")),
        ("damaged", include_str!("shop/damaged.md")),
        ("order-changes", include_str!("shop/order-changes.md")),
        ("cancellation", include_str!("shop/cancellation.md")),
        ("payment", include_str!("shop/payment.md")),
        ("gift-cards", include_str!("shop/gift-cards.md")),
        ("discounts", include_str!("shop/discounts.md")),
        ("storing-tea", include_str!("shop/storing-tea.md")),
        ("caffeine-allergens", include_str!("shop/caffeine-allergens.md")),
        ("subscriptions", include_str!("shop/subscriptions.md")),
        ("wholesale", include_str!("shop/wholesale.md")),
        ("contact", include_str!("shop/contact.md")),
        ("account", include_str!("shop/account.md")),
        ("stock", include_str!("shop/stock.md")),
    ]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn every_article_has_a_title_and_the_length_of_a_help_page() {
        for (id, markdown) in articles() {
            assert!(markdown.starts_with("# "), "{id}");
            let words = markdown.split_whitespace().count();
            assert!((80..=250).contains(&words), "{id} has {words} words");
        }
    }

    #[test]
    fn ids_are_unique_and_fit_into_an_address() {
        let mut ids: Vec<_> = articles().iter().map(|(id, _)| *id).collect();
        assert!(ids.len() >= 14);
        assert!(ids.iter().all(|id| id.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), articles().len());
    }
}
