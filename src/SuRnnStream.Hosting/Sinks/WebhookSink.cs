using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;

namespace SuRnnStream;

/// <summary>
/// POSTs every detection to a web address, one JSON object a request (<see cref="HeardJson.ToJson"/>), with a header <c>Idempotency-Key</c> that
/// is the same when a detection is sent again. Any 2xx takes it. No answer in time, a broken connection, a redirection (which would lose the
/// body), 408, 429 and 5xx: again later, not before <c>Retry-After</c>. Any other answer refuses it, which is logged and counted.
/// </summary>
public sealed class WebhookSink : OutboxSink
{
    readonly WebhookOptions _options;
    readonly HttpClient _client;

    /// <summary>Begins at once; the other side need not be there.</summary>
    /// <param name="options">The address, and what becomes of detections that it does not take.</param>
    /// <param name="log">Told of losses and of when the other side goes and comes back; null: nobody.</param>
    /// <exception cref="ArgumentException">An option lies outside its range, or a header is none.</exception>
    public WebhookSink(WebhookOptions options, ILogger<WebhookSink>? log = null) : base(NameOf(options.Validate()), options, log)
    {
        _options = options;
        _client = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = options.Timeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5), // a name may come to mean another machine
        })
        {
            Timeout = Timeout.InfiniteTimeSpan, // an attempt has its own limit
        };
        foreach (var (name, value) in options.Headers)
            if (!_client.DefaultRequestHeaders.TryAddWithoutValidation(name, value)) throw WebhookOptions.NoHeader(name);
        Start();
    }

    /// <inheritdoc/>
    protected override async Task<SendOutcome> SendAsync(OutboxItem item, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_options.Timeout, _options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Post, _options.Url) { Content = new ByteArrayContent(item.Heard.ToJson()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("Idempotency-Key", $"\"{item.Id}\"");
        try
        {
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return OutcomeOf(answer);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested)
        {
            return SendOutcome.Failed($"no answer within {_options.Timeout.TotalSeconds:0.#} s");
        }
    }

    /// <inheritdoc/>
    protected override Task LeaveAsync()
    {
        _client.Dispose();
        return Task.CompletedTask;
    }

    SendOutcome OutcomeOf(HttpResponseMessage answer)
    {
        var reason = $"it answers {(int)answer.StatusCode} {answer.ReasonPhrase}".TrimEnd();
        return (int)answer.StatusCode switch
        {
            < 300 => SendOutcome.Sent,
            < 400 => SendOutcome.Failed($"{reason}: name {Target(answer)} instead"),
            (int)HttpStatusCode.RequestTimeout or (int)HttpStatusCode.TooManyRequests or >= 500 => SendOutcome.Failed(reason, RetryAfter(answer)),
            _ => SendOutcome.Refused(reason),
        };
    }

    TimeSpan RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _options.Time.GetUtcNow(),
        _ => TimeSpan.Zero,
    };

    string Target(HttpResponseMessage answer) => answer.Headers.Location is { } to ? $"{new PeerAddress(new Uri(_options.Url, to).OriginalString)}" : "another address";

    static string NameOf(WebhookOptions options) => options.Address.ToString();
}
