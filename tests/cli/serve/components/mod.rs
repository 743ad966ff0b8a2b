//! Dapr's own files, served unchanged: components and scopes.

mod faulty;
mod following;
mod local;
mod references;

/// A component of some type with settings, each a line such as `{ name: prefix, value: SHOP_ }`.
pub fn component(name: &str, of: &str, settings: &[&str]) -> String {
    let settings: Vec<String> = settings.iter().map(|it| format!("    - {it}\n")).collect();
    let settings = settings.concat();
    format!(
        "apiVersion: dapr.io/v1alpha1\nkind: Component\nmetadata: {{ name: {name} }}\nspec:\n  \
         type: secretstores.{of}\n  version: v1\n  metadata:\n{settings}"
    )
}
