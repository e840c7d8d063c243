/** A key and a self-signed certificate for localhost, valid for a hundred years and trusted by nobody else. */
export const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAMr/qhVcpg6vjdA7
7MIbHFnrP1G9Il/nIUv9WZATd8ehRANCAATSMh/ZiRTzy/7TVhL6TYPOqRKESwcj
0lpkRZ1vmUjk4/Hl+2QKQ8S1u8yTwmpenwzuikkh706/Cg/rqOtfN+11
-----END PRIVATE KEY-----
`;

export const cert = `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUSQAFjF1g7qBewkNV6N3nu2b2oHYwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzAwMjE0OVoYDzIxMjYxMDMw
MDAyMTQ5WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAATSMh/ZiRTzy/7TVhL6TYPOqRKESwcj0lpkRZ1vmUjk4/Hl+2QKQ8S1
u8yTwmpenwzuikkh706/Cg/rqOtfN+11o28wbTAdBgNVHQ4EFgQUp0TrFldvvHBv
mSRDr4qV9H11QhcwHwYDVR0jBBgwFoAUp0TrFldvvHBvmSRDr4qV9H11QhcwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDSQAwRgIhAIqFdcdca4RY5p77wsLP9J3xlaLhc7nLbufngk17kakWAiEA
g8tRdibCCZ0FcJKo++NwN8aKb+XDiwyq2B6VcS4i3Rk=
-----END CERTIFICATE-----
`;
