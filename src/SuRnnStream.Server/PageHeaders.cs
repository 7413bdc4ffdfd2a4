namespace SuRnnStream.Server;

/// <summary>What browsers may do with our answers: run our own files, talk to us, use the microphone, and nothing else.</summary>
static class PageHeaders
{
    const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static Task Add(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-cache"; // files are small, and an old script would not know a new protocol
        return next(context);
    }
}
