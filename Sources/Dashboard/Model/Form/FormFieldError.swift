/// The reason why a text cannot be sent, with valid values.
struct FormFieldError: Error, Hashable {
    let message: String
}
