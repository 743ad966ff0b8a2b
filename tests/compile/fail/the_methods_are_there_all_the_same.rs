#[strongroom::secrets]
struct Secrets {
    sentry_dsn: String, //~ error: secret `sentry_dsn` has no value
}

#[strongroom::secrets]
struct Shapeless(String); //~ error: the fields of a struct of secrets have names

#[strongroom::secrets]
struct Generic<'a, T: Clone> //~ error: a struct of secrets has no generics
where
    T: 'a,
{
    port: &'a T, //~ error: a secret cannot be a reference
}

#[strongroom::secrets]
struct Faulty {
    _name: String,       //~ error: `_name` cannot be the name of a secret: a name begins with
    //~| and: name the secret with: #[secret(name = "…")]
    password: &'static str,  //~ error: a secret cannot be a reference
    values: (u8, u8),   //~ error: a secret cannot be a tuple
}

fn needs<S: strongroom::Secrets + std::fmt::Debug>(_: &S) {}

async fn all() -> Result<(), strongroom::LoadError> {
    let secrets = Secrets::load()?;
    needs(&secrets);
    let _: &'static Secrets = Secrets::get().expect("a value");
    let _: Secrets = Secrets::load_async().await?;
    let _: Secrets = Secrets::from_values([("sentry_dsn", "x")])?;
    let _: &str = &secrets.sentry_dsn;

    let shapeless = Shapeless::load()?;
    needs(&shapeless);
    let _: &'static Shapeless = Shapeless::get().expect("a value");
    let _: Shapeless = Shapeless::load_async().await?;
    let _: Shapeless = Shapeless::from_values([("a", "x")])?;
    let _: &str = &shapeless.0;

    let generic = Generic::<'static, u8>::load()?;
    let _: &'static u8 = generic.port;

    let faulty = Faulty::load()?;
    needs(&faulty);
    let _: (&str, &str, (u8, u8)) = (&faulty._name, faulty.password, faulty.values);
    Ok(())
}

fn main() {
    let _ = all();
}
