//! Reading: ten parameters with one request, and one by one where one of them spoils it for the others.

use std::collections::BTreeMap;
use std::sync::Arc;

use aws_sdk_ssm::types::Parameter;
use tokio::task::JoinSet;

use super::super::deed::Deed;
use super::super::{Refusal, Trouble, is_arn, quietly};
use super::refused::absent;
use super::{Shared, names};
use crate::failure::Failure;
use crate::store::{Content, Fetched, Item, Value};

/// One parameter that is asked for.
struct Wanted {
    id: String,
    version: Option<String>,
}

impl Wanted {
    fn of(shared: &Shared, item: &Item) -> Result<Self, Failure> {
        let id = shared.id(&item.name);
        names::readable(&id)?;
        let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_.-".contains(&b);
        match &item.version {
            Some(version) if version.len() > 100 || !version.bytes().all(is_plain) => Err(
                Failure::absent("a version is a number, and a label of letters, digits and `_.-`"),
            ),
            version => Ok(Self { id, version: version.clone() }),
        }
    }

    /// As a request names it.
    fn text(&self) -> String {
        match &self.version {
            Some(version) => format!("{}:{version}", self.id),
            None => self.id.clone(),
        }
    }

    fn deed(&self) -> Deed<'_> {
        let Self { id, version } = self;
        let (action, key_right) = ("ssm:GetParameters", Some("kms:Decrypt"));
        Deed { action, id, version: version.as_deref(), key_right }
    }
}

impl Shared {
    pub(super) async fn fetched(&self, item: &Item) -> Result<Fetched, Failure> {
        let wanted = Wanted::of(self, item)?;
        let told = self.together(std::slice::from_ref(&wanted)).await;
        let told = told.map_err(|trouble| trouble.failure(|it| self.refused(wanted.deed(), it)))?;
        told.into_iter().next().unwrap_or_else(|| Err(absent(wanted.deed())))
    }

    /// The version that is current, or the one that is asked for. What is sealed is not opened for it.
    pub(super) async fn current(&self, item: &Item) -> Result<Option<String>, Failure> {
        let wanted = Wanted::of(self, item)?;
        let deed = Deed { action: "ssm:GetParameter", key_right: None, ..wanted.deed() };
        let request =
            self.client().await?.get_parameter().name(wanted.text()).with_decryption(false);
        match quietly(request.send()).await {
            Ok(told) => Ok(told.parameter.map(|mut parameter| {
                drop(parameter.value.take().map(|value| Value::new(value.into_bytes())));
                parameter.version().to_string()
            })),
            Err(error) => match Trouble::of(&self.account, &error) {
                // It is another right than reading values together is.
                Trouble::Refused(refusal) if refusal.is_of_rights() => Ok(None),
                trouble => Err(trouble.failure(|refusal| self.refused(deed, refusal))),
            },
        }
    }

    /// Several parameters with one request, each in one version; an answer for each, in order.
    async fn together(&self, wanted: &[Wanted]) -> Result<Vec<Result<Fetched, Failure>>, Trouble> {
        let client = self.client().await.map_err(Trouble::Unanswered)?;
        let request = client.get_parameters().with_decryption(true);
        let request = request.set_names(Some(wanted.iter().map(Wanted::text).collect()));
        let told = match quietly(request.send()).await {
            Ok(told) => told,
            Err(error) => return Err(Trouble::of(&self.account, &error)),
        };
        let mut given: BTreeMap<String, Fetched> = BTreeMap::new();
        for parameter in told.parameters.unwrap_or_default() {
            let Parameter { name, arn, value, version, .. } = parameter;
            let value = Value::new(value.unwrap_or_default().into_bytes());
            let is_given = |wanted: &&Wanted| {
                let id = if is_arn(&wanted.id) { arn.as_deref() } else { name.as_deref() };
                let number = wanted.version.as_ref().and_then(|it| it.parse::<i64>().ok());
                id.is_some_and(|id| names::is_same(id, &wanted.id))
                    && number.is_none_or(|number| number == version)
            };
            if let Some(asked) = wanted.iter().find(is_given) {
                let version = Some(version.to_string());
                given.insert(asked.text(), Fetched { content: Content::One(value), version });
            }
        }
        let answer =
            |wanted: &Wanted| given.remove(&wanted.text()).ok_or_else(|| absent(wanted.deed()));
        Ok(wanted.iter().map(answer).collect())
    }
}

/// Several parameters, with as few requests as they take; an answer for each, in order.
pub(super) async fn batch(shared: &Arc<Shared>, items: &[Item]) -> Vec<Result<Fetched, Failure>> {
    let mut answers: Vec<Option<Result<Fetched, Failure>>> = Vec::with_capacity(items.len());
    let (mut wanted, mut places) = (Vec::new(), Vec::new());
    let mut alone = Vec::new();
    for (at, item) in items.iter().enumerate() {
        answers.push(None);
        match Wanted::of(shared, item) {
            Err(failure) => answers[at] = Some(Err(failure)),
            // Of two versions of one parameter an answer need not say which is which.
            Ok(one) if wanted.iter().any(|other: &Wanted| names::is_same(&other.id, &one.id)) => {
                alone.push(at);
            }
            Ok(one) => {
                wanted.push(one);
                places.push(at);
            }
        }
    }
    match if wanted.is_empty() { Ok(Vec::new()) } else { shared.together(&wanted).await } {
        Ok(told) => {
            for (at, answer) in places.into_iter().zip(told) {
                answers[at] = Some(answer);
            }
        }
        // One parameter that may not be read, or whose key may not be used, and none is given.
        Err(Trouble::Refused(refusal))
            if wanted.len() > 1 && is_of_one(shared, &wanted, &refusal) =>
        {
            alone.append(&mut places);
        }
        Err(trouble) => {
            let first = wanted[0].deed();
            let failure = trouble.failure(|refusal| shared.refused(first, refusal));
            for at in places {
                answers[at] = Some(Err(failure.clone()));
            }
        }
    }
    one_by_one(shared, items, &alone, &mut answers).await;
    let lost = || Err(Failure::unreachable("the adapter of this store failed"));
    answers.into_iter().map(|answer| answer.unwrap_or_else(lost)).collect()
}

/// Whether it may be the fault of one parameter that all were refused.
fn is_of_one(shared: &Shared, wanted: &[Wanted], refusal: &Refusal) -> bool {
    let failure = shared.refused(wanted[0].deed(), refusal);
    !failure.may_pass() && !refusal.is_of_credentials()
}

async fn one_by_one(
    shared: &Arc<Shared>,
    items: &[Item],
    places: &[usize],
    answers: &mut [Option<Result<Fetched, Failure>>],
) {
    let mut tasks = JoinSet::new();
    for &at in places {
        let (shared, item) = (Arc::clone(shared), items[at].clone());
        tasks.spawn(async move { (at, shared.fetched(&item).await) });
    }
    while let Some(ended) = tasks.join_next().await {
        let Ok((at, answer)) = ended else { continue };
        answers[at] = Some(answer);
    }
}

/// How many parameters one request can ask for.
pub(super) const AT_ONCE: usize = 10;
