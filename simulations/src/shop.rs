//! The shop of the simulation: Kallias Tea, an invented tea merchant. Its help articles are written as a real shop
//! would write them, so that a demonstration, the answerer's own tests and the simulated customers all speak of the
//! same shipping times and the same returns.

/// What the shop says in English as (file id, Markdown), in a fixed order.
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

/// What it says to customers who write German or French: less, in articles of their own.
pub fn foreign_articles() -> Vec<(&'static str, &'static str)> {
    vec![
        ("versand", include_str!("shop/german/versand.md")),
        ("ruecksendung", include_str!("shop/german/ruecksendung.md")),
        ("zahlung", include_str!("shop/german/zahlung.md")),
        ("tee-zubereiten", include_str!("shop/german/tee-zubereiten.md")),
        ("livraison", include_str!("shop/french/livraison.md")),
        ("retours", include_str!("shop/french/retours.md")),
        ("paiement", include_str!("shop/french/paiement.md")),
        ("preparer-le-the", include_str!("shop/french/preparer-le-the.md")),
    ]
}

/// All of these: in every language, each article once.
pub fn every_article() -> impl Iterator<Item = (&'static str, &'static str)> {
    articles().into_iter().chain(foreign_articles())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used)]
    use super::*;

    #[test]
    fn every_article_has_a_title_and_the_length_of_a_help_page() {
        for (id, markdown) in every_article() {
            assert!(markdown.starts_with("# "), "{id}");
            let words = markdown.split_whitespace().count();
            assert!((80..=250).contains(&words), "{id} has {words} words");
        }
    }

    #[test]
    fn ids_are_unique_and_fit_into_an_address() {
        let mut ids: Vec<_> = every_article().map(|(id, _)| id).collect();
        let all = ids.len();
        assert!(all >= 14);
        assert!(ids.iter().all(|id| id.chars().all(|letter| letter.is_ascii_lowercase() || letter == '-')));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all);
    }
}
