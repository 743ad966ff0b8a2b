//! The methods of a struct of secrets or settings. The attribute names the struct; a macro by example writes the rest, since that
//! costs a build far less than the same words from a procedural macro.

/// The methods of a struct, as visible as the struct.
#[doc(hidden)]
#[macro_export]
macro_rules! __methods {
    ($visibility:vis $secrets:ident) => {
        impl $secrets {
            /// Loads every field; blocks until all are there.
            ///
            /// # Errors
            ///
            /// Every field that could not be had, each with its cause and what to do about it.
            $visibility fn load() -> ::core::result::Result<Self, $crate::LoadError> {
                $crate::__private::load::<Self>()
            }

            /// Loads every field without blocking an async runtime.
            ///
            /// # Errors
            ///
            /// Every field that could not be had, each with its cause and what to do about it.
            $visibility async fn load_async() -> ::core::result::Result<Self, $crate::LoadError> {
                $crate::__private::load_async::<Self>().await
            }

            /// Gives what the whole program shares, loaded at the first call; within
            /// [`scope`](Self::scope) or [`scope_async`](Self::scope_async), what that was given.
            ///
            /// # Errors
            ///
            /// As the first call had them: every field that could not be had.
            $visibility fn get()
            -> ::core::result::Result<&'static Self, &'static $crate::LoadError> {
                static LOADED: $crate::__private::Once<$secrets> = $crate::__private::Once::new();
                LOADED.get()
            }

            /// Runs work for which [`get`](Self::get) on this thread gives this: for tests.
            ///
            /// Scopes nest. Threads that the work starts are outside of it. As `get` gives what it gives
            /// for the rest of the program, this is never dropped, and a secret in it never wiped.
            $visibility fn scope<R, F>(self, work: F) -> R
            where
                F: ::core::ops::FnOnce() -> R,
            {
                $crate::__private::scope(self, work)
            }

            /// Runs a future for which [`get`](Self::get) gives this, on whichever thread it runs:
            /// for tests.
            ///
            /// As [`scope`](Self::scope); tasks that the future starts are outside of it.
            $visibility async fn scope_async<F>(self, future: F) -> F::Output
            where
                F: ::core::future::Future,
            {
                $crate::__private::scope_async(self, future).await
            }
        }

        $crate::__private::watch_method! { $visibility $secrets }
        $crate::__private::from_values_method! { $visibility $secrets }
    };
}

/// What every struct has, a nested one too.
#[doc(hidden)]
#[macro_export]
macro_rules! __from_values {
    ($visibility:vis $secrets:ident) => {
        impl $secrets {
            /// Makes the struct of values at hand, each by the name of its secret or setting: for
            /// tests.
            ///
            /// # Errors
            ///
            /// Every field without a value, every value that is not valid for its field, and every
            /// name that no field has.
            $visibility fn from_values<I, N, V>(
                values: I,
            ) -> ::core::result::Result<Self, $crate::LoadError>
            where
                I: ::core::iter::IntoIterator<Item = (N, V)>,
                N: ::core::convert::AsRef<::core::primitive::str>,
                V: ::core::convert::AsRef<[::core::primitive::u8]>,
            {
                $crate::__private::from_values::<Self, N, V>(values)
            }
        }
    };
}

/// Following changes, where the runtime can.
#[cfg(feature = "watch")]
#[doc(hidden)]
#[macro_export]
macro_rules! __watch {
    ($visibility:vis $secrets:ident) => {
        impl $secrets {
            /// Loads every field and follows changes: the receiver always has the last good ones.
            ///
            /// # Errors
            ///
            /// As [`load`](Self::load), of the first load.
            $visibility async fn watch() -> ::core::result::Result<
                $crate::__private::Receiver<Self>,
                $crate::LoadError,
            > {
                $crate::Loader::new().watch::<Self>().await
            }
        }
    };
}

/// Nothing: this runtime does not follow changes.
#[cfg(not(feature = "watch"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __watch {
    ($visibility:vis $secrets:ident) => {};
}
