//! Who may use the admin API: whoever bears the token.

use actix_web::Error;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::AUTHORIZATION;
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{HttpRequest, ResponseError};
use polus_core::ticket::event::OPERATOR;
use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::Front;
use super::problem::Problem;

/// The header in which a client names the person who asks, for the record.
const BY_HEADER: &str = "X-Polus-By";

/// Longest name kept, in characters.
const BY_CHARACTERS_MAX: usize = 80;

/// The token, as a hash.
pub(super) struct Token(blake3::Hash);

impl Token {
    pub fn new(token: &SecretString) -> Self {
        Self(blake3::hash(token.expose_secret().as_bytes()))
    }

    /// Takes the same time whatever was given.
    fn is(&self, given: &str) -> bool {
        blake3::hash(given.as_bytes()).as_bytes().ct_eq(self.0.as_bytes()).into()
    }
}

/// Lets a request pass that bears the token.
pub(super) async fn require(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let given = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = given.and_then(|text| text.split_once(' '));
    let token =
        bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
    let passes = match (request.app_data::<Data<Front>>(), token) {
        (Some(front), Some(token)) => front.token.is(token),
        _ => false,
    };
    if passes {
        return Ok(next.call(request).await?.map_into_boxed_body());
    }
    Ok(request.into_response(Problem::unauthorized().error_response()))
}

/// Who asks, for the record.
pub(super) fn by(request: &HttpRequest) -> String {
    let named = request.headers().get(BY_HEADER).and_then(|value| value.to_str().ok()).map(str::trim);
    named
        .filter(|name| !name.is_empty())
        .map_or_else(|| OPERATOR.to_owned(), |name| name.chars().take(BY_CHARACTERS_MAX).collect())
}
