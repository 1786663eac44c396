/// This program's version, shown by `--version` and `GET /health`.
package let taskdeckVersion = "0.1.0"
