//! Writing a parameter as `SecureString`, and removing it.

use aws_sdk_ssm::types::{ParameterTier, ParameterType};

use super::super::deed::Deed;
use super::super::{Trouble, quietly};
use super::refused::WRITE;
use super::{Shared, Tier, names};
use crate::failure::Failure;

impl Tier {
    fn most_bytes(self) -> usize {
        match self {
            Self::Standard => 4096,
            Self::Advanced => 8192,
        }
    }

    /// The right to the KMS key that writing takes.
    fn key_right(self) -> &'static str {
        match self {
            Self::Standard => "kms:Encrypt",
            Self::Advanced => "kms:GenerateDataKey",
        }
    }
}

impl Shared {
    /// Writes a value; gives the version that it is now.
    pub(super) async fn written(
        &self,
        name: &str,
        value: &[u8],
    ) -> Result<Option<String>, Failure> {
        let id = self.id(name);
        names::writable(&id)?;
        let text = self.kept(value)?;
        let request = self.client().await?.put_parameter().name(&id).value(text).overwrite(true);
        let request = request.r#type(ParameterType::SecureString);
        let request = match self.tier {
            // Left out, it is what the account has set, and a parameter that has become an advanced one stays so.
            Tier::Standard => request,
            Tier::Advanced => request.tier(ParameterTier::Advanced),
        };
        match quietly(request.send()).await {
            Ok(told) => Ok(Some(told.version().to_string())),
            Err(error) => {
                let key_right = Some(self.tier.key_right());
                let deed = Deed { action: WRITE, id: &id, version: None, key_right };
                Err(Trouble::of(&self.account, &error)
                    .failure(|refusal| self.refused(deed, refusal)))
            }
        }
    }

    /// Removes a parameter with all of its versions.
    pub(super) async fn removed(&self, name: &str) -> Result<(), Failure> {
        let id = self.id(name);
        names::writable(&id)?;
        match quietly(self.client().await?.delete_parameter().name(&id).send()).await {
            Ok(_) => Ok(()),
            Err(error) => {
                let action = "ssm:DeleteParameter";
                let deed = Deed { action, id: &id, version: None, key_right: None };
                Err(Trouble::of(&self.account, &error)
                    .failure(|refusal| self.refused(deed, refusal)))
            }
        }
    }

    /// A value that AWS keeps: text of some length.
    fn kept<'v>(&self, value: &'v [u8]) -> Result<&'v str, Failure> {
        let most = self.tier.most_bytes();
        if value.is_empty() {
            return Err(Failure::invalid("Parameter Store keeps no empty value"));
        }
        if value.len() > most {
            let advice = match self.tier {
                Tier::Standard => {
                    ": `tier = \"advanced\"` takes 8192, for money, and Secrets Manager 65536"
                }
                Tier::Advanced => ": Secrets Manager takes 65536",
            };
            return Err(Failure::invalid(format!(
                "it has {} bytes, and a parameter of this tier {most} at most{advice}",
                value.len()
            )));
        }
        std::str::from_utf8(value).map_err(|_| {
            Failure::invalid(
                "Parameter Store keeps text only, and the value is none: write it in base64",
            )
        })
    }
}
