using System.Buffers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Protocol;

namespace SuRnnStream;

/// <summary>
/// Which of several machines answers: each publishes a claim for what it has detected, retained so that who connects late gets it too, with an expiry so that it is
/// forgotten; each applies the same <see cref="Arbitration"/> to the same claims in the order of their times, and so comes to the same winner. Where the
/// broker cannot be reached, this device answers. Any thread.
/// </summary>
public sealed class MqttArbitration : IDetectionArbiter, IAsyncDisposable
{
    const int MostClaims = 1_024;       // that wait for their turn

    static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5), Oldest = TimeSpan.FromSeconds(60);

    readonly MqttArbitrationOptions _options;
    readonly TimeProvider _time;
    readonly ILogger _log;
    readonly CancellationTokenSource _stop = new();
    readonly MqttDialect _dialect;
    readonly Task _running;
    readonly ITimer _timer;
    readonly Lock _lock = new();        // guards what follows
    Arbitration _rule;
    readonly PriorityQueue<Detection, (long At, string Device)> _claims = new(); // not decided, by their times
    readonly List<(Detection Claim, long Since, Action<DetectionVerdict> Answer)> _asked = []; // Since: a time stamp of the clock that is never set
    volatile MqttConnection? _connection;

    /// <summary>Begins to connect at once; the broker need not be there.</summary>
    /// <param name="options">The broker, the topic, and by what to choose.</param>
    /// <param name="time">The wall clock; by default the system's.</param>
    /// <param name="log">Told when the broker goes and comes back, and of claims that cannot be read; null: not told.</param>
    /// <exception cref="ArgumentException">An option lies outside its range.</exception>
    public MqttArbitration(MqttArbitrationOptions options, TimeProvider? time = null, ILogger<MqttArbitration>? log = null)
    {
        (_options, _time, _log) = (options.Validate(), time ?? TimeProvider.System, log ?? NullLogger<MqttArbitration>.Instance);
        _rule = NewRule();
        _dialect = new MqttDialect(options.Broker.ClientId ?? $"surnn-{Guid.NewGuid():N}");
        _timer = _time.CreateTimer(_ => Elapse(), null, System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
        _running = Task.Run(RunAsync);
    }

    Arbitration NewRule() => new(_options.Window, _options.Rule, DecisionClock.Wall);

    /// <summary>True: claims reach the others.</summary>
    public bool IsConnected => _connection is not null;

    /// <summary>The rule in one line, as the host's log shows it.</summary>
    public override string ToString() => FormattableString.Invariant($"one machine answers: {_options.Rule}, within {_options.Window.TotalSeconds} s, as '{_options.Device}' over {_options}");

    /// <summary>Claims that wait for their turn, those of others too.</summary>
    internal int Waiting
    {
        get
        {
            lock (_lock) return _claims.Count;
        }
    }

    /// <inheritdoc/>
    public void Ask(HeardDetection heard, Action<DetectionVerdict> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        var claim = heard.Detection with { At = heard.Detection.At ?? heard.At, Source = _options.Device, Phase = EventPhase.Whole };
        lock (_lock)
        {
            _asked.Add((claim, _time.GetTimestamp(), answer));
            _claims.Enqueue(claim, (claim.At.Value.UtcTicks, _options.Device));
            SetTimer();
        }
        if (_connection is { } connection) _ = PublishAsync(connection, claim);
    }

    /// <inheritdoc/>
    public void DecideNow()
    {
        (Detection Claim, long Since, Action<DetectionVerdict> Answer)[] rest;
        lock (_lock)
        {
            rest = [.. _asked];
            _asked.Clear();
        }
        foreach (var (claim, _, answer) in rest) answer(new DetectionVerdict(claim, DecisionOutcome.Passed, HoldReason.None, claim.Time));
    }

    /// <summary>Leaves the broker; what is not answered passes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        DecideNow();
        _stop.Dispose();
    }

    async Task RunAsync()
    {
        var pause = new RetryPause(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10));
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                using var connection = await MqttConnection.OpenAsync(_options.Broker, _options.ToString(), _dialect, Receive, (settings, five) => settings, Timeout, _stop.Token).ConfigureAwait(false);
                var topic = new MqttClientFactory().CreateSubscribeOptionsBuilder().WithTopicFilter($"{_options.Topic}/+/+", MqttQualityOfServiceLevel.AtLeastOnce).Build();
                var answer = await connection.RequestAsync(limit => connection.Client.SubscribeAsync(topic, limit), Timeout, _stop.Token).ConfigureAwait(false);
                if (answer.Items.First().ResultCode is > MqttClientSubscribeResultCode.GrantedQoS2 and var refused) throw connection.Unreachable($"the broker refuses the topic: {refused}");
                _connection = connection;
                pause.Reset();
                try
                {
                    await connection.Broken.WaitAsync(_stop.Token).ConfigureAwait(false);
                }
                finally
                {
                    _connection = null;
                    await connection.LeaveAsync(new MqttClientDisconnectOptions(), TimeSpan.FromSeconds(1)).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (IOException gone)
            {
                var wait = pause.Next();
                _log.ArbitrationBroken(_options.ToString(), PlainText.Cut(gone.Message), wait);
                await Task.Delay(wait, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    async Task PublishAsync(MqttConnection connection, Detection claim)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic($"{_options.Topic}/{MqttTopic.Level(claim.Label)}/{_options.Device}")
            .WithPayload(MqttClaim.Write(_options.Device, claim))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithRetainFlag(connection.IsFive); // 3.1.1 has no expiry: what were kept there would be kept for ever
        if (connection.IsFive) message = message.WithMessageExpiryInterval((uint)Math.Ceiling((_options.Window + _options.Patience).TotalSeconds));
        try
        {
            await connection.RequestAsync(limit => connection.Client.PublishAsync(message.Build(), limit), Timeout, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or ObjectDisposedException)
        {
            if (!_stop.IsCancellationRequested) _log.ClaimLost(claim.Label, PlainText.Cut(lost.Message));
        }
    }

    void Receive(MqttConnection connection) => connection.Client.ApplicationMessageReceivedAsync += message =>
    {
        if (MqttClaim.Read(message.ApplicationMessage.Payload.ToArray()) is not { } claim) _log.NoClaim(PlainText.Cut(message.ApplicationMessage.Topic));
        else if (claim.Source != _options.Device) Take(claim);
        return Task.CompletedTask;
    };

    void Take(in Detection claim)
    {
        var age = _time.GetUtcNow() - claim.At!.Value;
        if (age > Oldest || age < -Oldest)
        {
            _log.ClaimOfAnotherTime(PlainText.Cut(claim.Source!), age);
            return;
        }
        lock (_lock)
        {
            if (_claims.Count >= MostClaims) return;
            _claims.Enqueue(claim, (claim.At.Value.UtcTicks, claim.Source!));
            SetTimer();
        }
    }

    /// <summary>Claims come in any order within the patience; older ones are in their order now.</summary>
    void Elapse()
    {
        var verdicts = new List<(Action<DetectionVerdict> Answer, DetectionVerdict Verdict)>();
        lock (_lock)
        {
            var known = _time.GetUtcNow() - _options.Patience;
            void Tell(DetectionVerdict verdict)
            {
                var i = _asked.FindIndex(one => verdict.Detection.Source == _options.Device && one.Claim.Label == verdict.Detection.Label && one.Claim.At == verdict.Detection.At);
                if (i < 0) return;
                verdicts.Add((_asked[i].Answer, verdict));
                _asked.RemoveAt(i);
            }
            while (_claims.TryPeek(out var claim, out _) && claim.At!.Value <= known) _rule.Take(_claims.Dequeue(), Tell);
            _rule.Advance(known - DateTimeOffset.UnixEpoch, Tell);
            if (_asked.Count > 0 && _time.GetElapsedTime(_asked[0].Since) >= Longest) BeginAgain(verdicts);
            SetTimer();
        }
        foreach (var (answer, verdict) in verdicts) answer(verdict);
    }

    /// <summary>Every claim is decided by then, unless somebody has set the wall clock back.</summary>
    TimeSpan Longest => _options.Window + _options.Patience + TimeSpan.FromSeconds(1);

    /// <summary>The wall clock was set back: this device answers what waits for the clock to come there again, and claims before that do not count any more.</summary>
    void BeginAgain(List<(Action<DetectionVerdict> Answer, DetectionVerdict Verdict)> verdicts)
    {
        foreach (var (claim, _, answer) in _asked) verdicts.Add((answer, new DetectionVerdict(claim, DecisionOutcome.Passed, HoldReason.None, claim.Time)));
        _asked.Clear();
        _claims.Clear();
        _rule = NewRule();
    }

    void SetTimer()
    {
        DateTimeOffset? due = _claims.TryPeek(out var next, out _) ? next.At : null;
        if (_rule.Due is { } decided && !(due <= DateTimeOffset.UnixEpoch + decided)) due = DateTimeOffset.UnixEpoch + decided;
        if (due is not { } at) return;
        var wait = at + _options.Patience - _time.GetUtcNow() + TimeSpan.FromMilliseconds(1);
        if (_asked.Count > 0 && Longest - _time.GetElapsedTime(_asked[0].Since) is var rest && rest < wait) wait = rest;
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, System.Threading.Timeout.InfiniteTimeSpan);
    }
}

static partial class ArbitrationLog
{
    [LoggerMessage(70, LogLevel.Warning, "Arbitration over {Broker}: {Problem}; this device answers alone; the next try is in {Pause}")]
    public static partial void ArbitrationBroken(this ILogger log, string broker, string problem, TimeSpan pause);

    [LoggerMessage(71, LogLevel.Warning, "The claim for {Label} did not reach the broker: {Problem}")]
    public static partial void ClaimLost(this ILogger log, string label, string problem);

    [LoggerMessage(72, LogLevel.Warning, "What came at {Topic} is no claim of a device")]
    public static partial void NoClaim(this ILogger log, string topic);

    [LoggerMessage(73, LogLevel.Warning, "A claim of {Device} does not count: it is {Age} old by this machine's clock; set both clocks by NTP")]
    public static partial void ClaimOfAnotherTime(this ILogger log, string device, TimeSpan age);
}
