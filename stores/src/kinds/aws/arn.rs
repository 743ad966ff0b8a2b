//! The names that AWS gives to things everywhere: `arn:aws:ssm:eu-west-1:111122223333:parameter/shop/db`.

/// Whether a name is one.
pub(crate) fn is_arn(name: &str) -> bool {
    name.starts_with("arn:") && name.splitn(6, ':').filter(|part| !part.is_empty()).count() == 6
}

/// As a policy names something of a service whose account is not known: with `*` for that.
pub(super) fn for_policy(service: &str, region: &str, resource: &str) -> String {
    format!("arn:{}:{service}:{region}:*:{resource}", partition(region))
}

/// The part of AWS that a region is in.
fn partition(region: &str) -> &'static str {
    match region.split('-').next() {
        Some("cn") => "aws-cn",
        Some("us") if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_arn_has_six_parts() {
        let secret = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:shop/db-AbCdEf";
        assert!(is_arn(secret) && is_arn("arn:aws-cn:ssm:cn-north-1:1:parameter/a:b"));
        for name in ["shop/db", "arn:", "arn:aws:ssm:eu-west-1:1", "arn:aws:ssm::1:parameter/a"] {
            assert!(!is_arn(name), "{name}");
        }
    }

    #[test]
    fn each_region_is_in_its_part_of_aws() {
        for (region, part) in [
            ("eu-west-1", "aws"),
            ("us-east-1", "aws"),
            ("us-gov-west-1", "aws-us-gov"),
            ("cn-north-1", "aws-cn"),
        ] {
            let expected = format!("arn:{part}:ssm:{region}:*:parameter/a");
            assert_eq!(for_policy("ssm", region, "parameter/a"), expected);
        }
    }
}
