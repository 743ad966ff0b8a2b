//! Reading: twenty secrets with one request, and one by one where a version is asked for or nothing else is allowed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use aws_sdk_secretsmanager::operation::RequestId as _;
use aws_sdk_secretsmanager::primitives::Blob;
use tokio::task::JoinSet;

use super::super::deed::Deed;
use super::super::{Refusal, Trouble, is_arn, quietly};
use super::refused::{deleted, is_absent};
use super::{Shared, names};
use crate::failure::{Failure, FailureKind};
use crate::members;
use crate::store::{Fetched, Item, Keys, Value};

/// A secret as AWS gave it, whole.
pub(super) struct Whole {
    pub(super) value: Value,
    pub(super) version: Option<String>,
}

/// What `@` asks for.
#[derive(Debug, Clone, Copy)]
enum Version<'a> {
    Id(&'a str),
    Stage(&'a str),
}

impl<'a> Version<'a> {
    /// The ids of versions have 32 to 64 characters: mostly a UUID, and where Terraform wrote, one that begins with its name.
    fn of(text: &'a str) -> Self {
        if (32..=64).contains(&text.len()) { Self::Id(text) } else { Self::Stage(text) }
    }
}

impl Whole {
    fn of(
        text: Option<String>,
        binary: Option<Blob>,
        version: Option<String>,
    ) -> Result<Self, Failure> {
        let bytes = text.map(String::into_bytes).or_else(|| binary.map(Blob::into_inner));
        let bytes = bytes.ok_or_else(|| Failure::absent("it has no value yet"))?;
        Ok(Self { value: Value::new(bytes), version })
    }

    fn fetched(self, keys: Keys) -> Result<Fetched, Failure> {
        let content = members::content(keys == Keys::Several, self.value)?;
        Ok(Fetched { content, version: self.version })
    }
}

impl Shared {
    pub(super) async fn fetched(&self, item: &Item) -> Result<Fetched, Failure> {
        let id = self.id(&item.name);
        let version = item.version.as_deref();
        let refused = |trouble: Trouble| {
            trouble.failure(|refusal| self.refused(Deed::reading(&id, version), refusal))
        };
        self.whole(&id, version).await.map_err(refused)?.fetched(self.keys)
    }

    /// A secret as it lies there.
    pub(super) async fn whole(&self, id: &str, version: Option<&str>) -> Result<Whole, Trouble> {
        names::readable(id).map_err(Trouble::Unanswered)?;
        let client = self.client().await.map_err(Trouble::Unanswered)?;
        let mut request = client.get_secret_value().secret_id(id);
        match version.map(Version::of) {
            Some(Version::Id(version)) => request = request.version_id(version),
            Some(Version::Stage(stage)) => request = request.version_stage(stage),
            None => {}
        }
        match quietly(request.send()).await {
            Ok(told) => Whole::of(told.secret_string, told.secret_binary, told.version_id)
                .map_err(Trouble::Unanswered),
            Err(error) => Err(Trouble::of(&self.account, &error)),
        }
    }

    /// The version that is current, or the one that is asked for, without its value.
    pub(super) async fn current(&self, item: &Item) -> Result<Option<String>, Failure> {
        let id = self.id(&item.name);
        let version = item.version.as_deref();
        let deed = Deed::describing(&id, version);
        names::readable(&id)?;
        let client = self.client().await?;
        let told = match quietly(client.describe_secret().secret_id(&id).send()).await {
            Ok(told) => told,
            Err(error) => {
                return match Trouble::of(&self.account, &error) {
                    // It is another right than reading values is.
                    Trouble::Refused(refusal) if refusal.is_of_rights() => Ok(None),
                    trouble => Err(trouble.failure(|refusal| self.refused(deed, refusal))),
                };
            }
        };
        if told.deleted_date().is_some() {
            return Err(deleted(deed));
        }
        let Some(versions) = told.version_ids_to_stages() else { return Ok(None) };
        let with = |stage: &str| {
            let is_of = |stages: &Vec<String>| stages.iter().any(|other| other == stage);
            let mut found = versions.iter().filter(|(_, stages)| is_of(stages));
            found.next().map(|(version, _)| version.clone())
        };
        match version.map(Version::of) {
            None => Ok(with(CURRENT)),
            Some(Version::Id(id)) if versions.contains_key(id) => Ok(Some(id.to_owned())),
            // Versions without a stage are not among them.
            Some(Version::Id(_)) => Ok(None),
            Some(Version::Stage(stage)) => with(stage)
                .map(Some)
                .ok_or_else(|| Failure::absent(format!("it has no version or stage `{stage}`"))),
        }
    }

    /// The current versions of several secrets with one request; what it says nothing of is left out.
    async fn together(
        &self,
        ids: &BTreeSet<String>,
    ) -> Result<BTreeMap<String, Result<Fetched, Failure>>, Trouble> {
        let client = self.client().await.map_err(Trouble::Unanswered)?;
        let mut answers = BTreeMap::new();
        let mut next = None;
        // What does not fit into one answer goes on in another.
        for _ in 0..=ids.len() {
            let request = client.batch_get_secret_value();
            let request = request.set_secret_id_list(Some(ids.iter().cloned().collect()));
            let told = match quietly(request.set_next_token(next).send()).await {
                Ok(told) => told,
                Err(error) => return Err(Trouble::of(&self.account, &error)),
            };
            let request_id = told.request_id().map(str::to_owned);
            for error in told.errors() {
                let (code, said) = (error.error_code(), error.message());
                let refusal = Refusal::of_one(
                    code.unwrap_or_default(),
                    said.unwrap_or_default(),
                    request_id.as_deref(),
                );
                for id in asked_as(ids, error.secret_id(), error.secret_id()) {
                    let failure = self.refused(Deed::reading(id, None), &refusal);
                    answers.insert(id.clone(), Err(refusal.numbered(failure)));
                }
            }
            next = told.next_token;
            for entry in told.secret_values.unwrap_or_default() {
                let asked: Vec<&String> =
                    asked_as(ids, entry.name.as_deref(), entry.arn.as_deref()).collect();
                let whole = Whole::of(entry.secret_string, entry.secret_binary, entry.version_id);
                // A secret whose name and ARN are both asked for is given once, and asked for again by the other.
                if let [id] = asked[..] {
                    let fetched = whole.and_then(|whole| whole.fetched(self.keys));
                    answers.insert(id.clone(), fetched);
                }
            }
            if next.is_none() {
                break;
            }
        }
        Ok(answers)
    }
}

/// Those of the ids that were asked for that mean the secret with this name and ARN.
fn asked_as<'a>(
    ids: &'a BTreeSet<String>,
    name: Option<&'a str>,
    arn: Option<&'a str>,
) -> impl Iterator<Item = &'a String> {
    ids.iter().filter(move |id| {
        let is_arn_of = |arn: &str| {
            // An ARN may be given without the characters that AWS added to the name.
            let added = arn.strip_prefix(id.as_str());
            added
                .is_some_and(|added| added.is_empty() || added.len() == 7 && added.starts_with('-'))
        };
        name == Some(id.as_str()) || is_arn(id) && arn.is_some_and(is_arn_of)
    })
}

/// Several secrets, with as few requests as they take; an answer for each, in order.
pub(super) async fn batch(shared: &Arc<Shared>, items: &[Item]) -> Vec<Result<Fetched, Failure>> {
    let mut answers: Vec<Option<Result<Fetched, Failure>>> = items.iter().map(|_| None).collect();
    // Only current versions can be asked for together.
    let together: HashMap<usize, String> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.version.is_none())
        .map(|(at, item)| (at, shared.id(&item.name)))
        .filter(|(_, id)| names::readable(id).is_ok())
        .collect();
    let ids: BTreeSet<String> = together.values().cloned().collect();
    if ids.len() > 1 && !shared.is_one_by_one.load(Ordering::Relaxed) {
        match shared.together(&ids).await {
            Ok(mut told) => {
                for (at, id) in together {
                    answers[at] = told.remove(&id);
                }
            }
            // The right to ask for several is one of its own.
            Err(Trouble::Refused(refusal)) if refusal.is_of_rights() => {
                shared.is_one_by_one.store(true, Ordering::Relaxed);
            }
            Err(Trouble::Refused(refusal)) if is_absent(&refusal) => {}
            Err(trouble) => {
                let first = together.values().next().map_or("", String::as_str);
                let failure =
                    trouble.failure(|refusal| shared.refused(Deed::reading(first, None), refusal));
                for at in together.into_keys() {
                    answers[at] = Some(Err(failure.clone()));
                }
            }
        }
    }
    let mut tasks = JoinSet::new();
    for at in (0..items.len()).filter(|&at| answers[at].is_none()) {
        let (shared, item) = (Arc::clone(shared), items[at].clone());
        tasks.spawn(async move { (at, shared.fetched(&item).await) });
    }
    while let Some(ended) = tasks.join_next().await {
        let Ok((at, answer)) = ended else { continue };
        answers[at] = Some(answer);
    }
    let lost = || Err(Failure::new(FailureKind::Unreachable, "the adapter of this store failed"));
    answers.into_iter().map(|answer| answer.unwrap_or_else(lost)).collect()
}

/// How many secrets one request can ask for.
pub(super) const AT_ONCE: usize = 20;
/// The stage of the version that is current.
const CURRENT: &str = "AWSCURRENT";
