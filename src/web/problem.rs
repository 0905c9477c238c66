//! Errors of the admin API: RFC 9457 problems whose `detail` says what to do.

use std::fmt;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::web::{JsonConfig, PathConfig, QueryConfig};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use polus_actors::mail::Refused;
use polus_core::policy::BadSetting;
use serde::Serialize;
use utoipa::ToSchema;

use crate::history::HistoryError;
use crate::knowledge::KnowledgeError;
use crate::knowledge::import::ImportError;

/// The largest JSON body of the admin API, in bytes.
const JSON_BYTES_MAX: usize = 256 * 1024;

/// When to come again after a failure that passes, in seconds.
const RETRY_AFTER_S: u32 = 10;

/// An error.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Always `about:blank`: `code` tells problems apart.
    #[serde(rename = "type")]
    #[schema(example = "about:blank")]
    kind: &'static str,
    /// The status in words.
    title: String,
    /// The HTTP status.
    status: u16,
    /// What is wrong and what to do about it.
    detail: String,
    /// Tells problems apart for programs; stable.
    #[schema(example = "unknown_connection")]
    code: &'static str,
    /// Each mistake by its place, where a request can hold several; `detail` lists them too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Mistake>,
}

/// One of the mistakes of a request.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Mistake {
    /// The key of a setting, or a path in the JSON.
    #[schema(example = "quiet.chat")]
    at: String,
    /// What is wrong and what is allowed.
    problem: String,
}

impl Problem {
    /// Any problem. `code` is stable, `detail` says what is wrong and what to do.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let title = status.canonical_reason().unwrap_or("Error").to_owned();
        Self {
            kind: "about:blank",
            title,
            status: status.as_u16(),
            detail: detail.into(),
            code,
            errors: Vec::new(),
        }
    }

    /// The request itself is wrong.
    pub fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_request", detail)
    }

    /// The token is missing or wrong.
    pub fn unauthorized() -> Self {
        let detail = "send the header `Authorization: Bearer TOKEN`; the token is the setting admin_token, or the file `admin-token` in the data folder";
        Self::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
    }

    /// There is nothing by that name.
    pub fn unknown(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", detail)
    }

    /// Our own fault.
    pub fn internal(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", detail)
    }

    /// The answer where a whole response is wanted.
    fn response(&self) -> HttpResponse {
        self.error_response()
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.insert_header((CONTENT_TYPE, "application/problem+json"));
        match self.status_code() {
            StatusCode::UNAUTHORIZED => response.insert_header((WWW_AUTHENTICATE, "Bearer")),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                response.insert_header((RETRY_AFTER, RETRY_AFTER_S))
            }
            _ => &mut response,
        };
        response.json(self)
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, code) = match &refused {
            Refused::UnknownConnection(_) => (StatusCode::NOT_FOUND, "unknown_connection"),
            Refused::NotNow(_) => (StatusCode::CONFLICT, "not_now"),
            Refused::Bad(_) => (StatusCode::UNPROCESSABLE_ENTITY, "bad_value"),
            Refused::Key(_) => (StatusCode::UNPROCESSABLE_ENTITY, "key_refused"),
            Refused::Domain(_) => (StatusCode::UNPROCESSABLE_ENTITY, "domain_unknown"),
            Refused::Plan(_) => (StatusCode::UNPROCESSABLE_ENTITY, "plan_or_role"),
            Refused::Budget(_) => (StatusCode::TOO_MANY_REQUESTS, "calls_used_up"),
            Refused::Outage(_) => (StatusCode::SERVICE_UNAVAILABLE, "gorgias_unreachable"),
            Refused::Storage(_) => (StatusCode::SERVICE_UNAVAILABLE, "storage"),
        };
        Self::new(status, code, refused.to_string())
    }
}

impl From<actix::MailboxError> for Problem {
    fn from(error: actix::MailboxError) -> Self {
        let detail = format!("the server is stopping or overloaded ({error}); try again");
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "not_now", detail)
    }
}

impl From<HistoryError> for Problem {
    fn from(error: HistoryError) -> Self {
        match error {
            HistoryError::Unknown(_)
            | HistoryError::NoMessage { .. }
            | HistoryError::NothingWritten { .. }
            | HistoryError::NotSoFar { .. } => Self::unknown(error.to_string()),
            HistoryError::Read { .. } | HistoryError::Record { .. } | HistoryError::Name(_) => {
                Self::internal(format!("{error}; `polus log verify` tells where the log is damaged"))
            }
        }
    }
}

impl From<ImportError> for Problem {
    fn from(error: ImportError) -> Self {
        match error {
            ImportError::Stored(error) => error.into(),
            ImportError::Unknown { .. } => {
                Self::new(StatusCode::NOT_FOUND, "unknown_article", error.to_string())
            }
            ImportError::Empty
            | ImportError::BadId(_)
            | ImportError::Twice(_)
            | ImportError::Bad(_)
            | ImportError::SameTitle { .. }
            | ImportError::TooMany(_)
            | ImportError::TooLarge(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_article", error.to_string())
            }
        }
    }
}

impl From<Vec<BadSetting>> for Problem {
    fn from(bad: Vec<BadSetting>) -> Self {
        let lines: Vec<String> = bad.iter().map(|bad| format!("\n  {bad}")).collect();
        let detail = format!("nothing was changed:{}", lines.concat());
        let errors = bad.into_iter().map(|BadSetting { at, problem }| Mistake { at, problem }).collect();
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad_policy", detail) }
    }
}

impl From<KnowledgeError> for Problem {
    fn from(error: KnowledgeError) -> Self {
        Self::internal(format!("the help articles cannot be read: {error}"))
    }
}

/// Where there is nothing.
pub(super) async fn nothing_here(request: HttpRequest) -> HttpResponse {
    let detail = format!("there is nothing at {} {}", request.method(), request.path());
    Problem::unknown(detail).response()
}

pub(super) fn json() -> JsonConfig {
    json_up_to(JSON_BYTES_MAX)
}

/// JSON bodies of up to so many bytes, where the usual size is too small.
pub(super) fn json_up_to(bytes: usize) -> JsonConfig {
    JsonConfig::default()
        .limit(bytes)
        .error_handler(|error, _| Problem::bad(format!("the body cannot be taken: {error}")).into())
}

pub(super) fn path() -> PathConfig {
    PathConfig::default()
        .error_handler(|error, _| Problem::bad(format!("the address cannot be taken: {error}")).into())
}

pub(super) fn query() -> QueryConfig {
    QueryConfig::default()
        .error_handler(|error, _| Problem::bad(format!("the query cannot be taken: {error}")).into())
}
