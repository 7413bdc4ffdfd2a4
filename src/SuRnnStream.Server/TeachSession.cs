using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SuRnnStream.Evaluation.Enrolment;

namespace SuRnnStream.Server;

/// <summary>One client that enrols a word, as PROTOCOL.md has it. What it sends is in memory until it is enrolled from, and never logged.</summary>
sealed class TeachSession(ClientSocket socket, TeachRoom room, ServerOptions options, ServerMetrics metrics, TimeProvider time)
{
    static readonly TimeSpan Idle = TimeSpan.FromMinutes(10), Longest = TimeSpan.FromHours(2);

    readonly Outbox _outbox = new(options.QueuedFrameMessages, metrics.FramesDropped);
    readonly CancellationTokenSource _left = new();
    readonly TakeCheck _check = new();
    readonly int _rate = (int)room.Info.Rate;
    TeachSounds _sounds = new();
    TeachIntake? _intake;           // of the recording that is under way
    Inlet? _inlet;
    Task _enrolling = Task.CompletedTask;
    volatile Enrolment? _made;

    /// <returns>The close code; 1006 where the connection broke.</returns>
    public async Task<int> RunAsync()
    {
        var code = await Conversation.RunAsync(socket, _outbox, ListenAsync, Leave);
        await _enrolling; // one that is under way keeps the session's place
        return code;
    }

    async Task ListenAsync()
    {
        if (await socket.ReceiveAsync(options.HelloTimeout) is not { } first) return;
        if (!first.Text || TeachRequest.Parse(first.Bytes).Type != "hello") throw new ProtocolException(CloseCode.OutOfTurn, "The first message must be a JSON object with \"type\": \"hello\".");
        Put(new TeachWelcome("welcome", Hello.Version, options.MaxMessageBytes, TeachSounds.LeastTakes, TeachSounds.MostTakes, TeachSounds.TakeSeconds, TeachSounds.TalkSeconds, TeachSounds.RoomSeconds, Idle.TotalSeconds), TeachJson.Default.TeachWelcome);
        var start = time.GetTimestamp();
        while (await socket.ReceiveAsync(Idle) is { } message)
        {
            if (time.GetElapsedTime(start) > Longest) throw new ProtocolException(CloseCode.TooLate, $"A session of teaching lasts {Longest.TotalHours:0} hours at most.");
            if (message.Text) await HearAsync(TeachRequest.Parse(message.Bytes));
            else if (_inlet is null) throw new ProtocolException(CloseCode.OutOfTurn, "Audio came before a record.");
            else
            {
                metrics.Message();
                await _inlet.TakeAsync(message.Bytes);
            }
        }
    }

    async Task HearAsync(TeachRequest request)
    {
        switch (request.Type)
        {
            case "record":
                Record(request);
                break;
            case "stop":
                await StopAsync();
                break;
            case "threshold":
                if (_intake is TrialIntake trial && _made is { } tried) trial.Retune(tried.At(Setting(tried, request.Threshold)).Defaults);
                break;
            case "enrol":
                Enrol(request);
                break;
            case "model":
                if (_made is { } made) SendModel(made, Setting(made, request.Threshold));
                else Refuse("No word is enrolled yet.");
                break;
            default:
                throw new ProtocolException(CloseCode.OutOfTurn, "There is one hello.");
        }
    }

    void Record(TeachRequest request)
    {
        if (_inlet is not null) throw new ProtocolException(CloseCode.OutOfTurn, "A record came before the stop of the one before.");
        var sound = new Hello(null, request.Rate, request.Format);
        sound.RequireFor(room.Info);
        _intake = request.Kind switch
        {
            "takes" => new TakesIntake(_rate, (take, at) => Judge(request.Name, take, at), on => _outbox.PutView(Bytes(new SpeakingMessage("speaking", on), TeachJson.Default.SpeakingMessage))),
            "try" when _made is { } made => new TrialIntake(made.At(Setting(made, request.Threshold)), OnDetection, OnCandidate),
            "try" => throw new ProtocolException(CloseCode.OutOfTurn, "No word is enrolled yet."),
            "check" => new KeptIntake(TeachSounds.TakeSeconds, _rate, (samples, tooLong) => Check(request.Name, samples, tooLong)),
            _ => new KeptIntake(TeachSounds.MostSeconds(request.Kind), _rate, (samples, tooLong) => Keep(request, samples, tooLong)),
        };
        _inlet = new Inlet(Write, _intake.Lose, sound, room.Info, () => Task.CompletedTask);
    }

    int Write(ReadOnlySpan<float> samples)
    {
        _intake!.Write(samples);
        return samples.Length;
    }

    async Task StopAsync()
    {
        if (_inlet is null) return; // it has been stopped
        await _inlet.EndAsync();
        _intake!.End();
        (_inlet, _intake) = (null, null);
    }

    void Judge(string name, float[] take, double at) => Put(TakeMessage.Of(name, _check.Judge(take, _rate), at, take.Length / (double)_rate), TeachJson.Default.TakeMessage);

    void Check(string name, float[] samples, bool tooLong)
    {
        var verdict = _check.Judge(samples, _rate);
        if (tooLong) verdict = verdict with { Fault = TakeFault.TooLong, Sentence = $"it is longer than {TeachSounds.TakeSeconds:0} s: a take has the word once, with half a second before and after it" };
        Put(TakeMessage.Of(name, verdict, 0, samples.Length / (double)_rate), TeachJson.Default.TakeMessage);
    }

    void Keep(TeachRequest request, float[] samples, bool tooLong)
    {
        var fault = tooLong ? $"{request.Name} is longer than {TeachSounds.MostSeconds(request.Kind):0} s." : _sounds.Add(request.Kind, new Take(request.Name, samples), _rate);
        if (fault is not null) Refuse(fault);
    }

    void Enrol(TeachRequest request)
    {
        var sounds = _sounds;
        _sounds = new TeachSounds(); // what was sent is for one enrolment, whatever becomes of it
        var count = sounds.Takes.Count;
        if (!_enrolling.IsCompleted) Refuse("An enrolment is under way: wait for its end.");
        else if (request.WordFault is { } fault) Refuse(fault);
        else if (count < TeachSounds.LeastTakes) Refuse($"{count} {(count == 1 ? "take" : "takes")} of '{request.Word}' {(count == 1 ? "is" : "are")} too few: record {TeachSounds.LeastTakes} at least, better ten.");
        else _enrolling = EnrolAsync(request, sounds);
    }

    async Task EnrolAsync(TeachRequest request, TeachSounds sounds)
    {
        try
        {
            var clock = Stopwatch.StartNew();
            var how = new EnrolmentOptions { FalseAlarmsPerHour = request.FalseAlarmsPerHour, OnlyMe = request.OnlyMe, Negatives = [.. sounds.Talk, .. sounds.Room], Noise = [.. sounds.Room.Where(one => one.Samples.Length > _rate).Select(one => one.Samples.ToArray())] };
            var made = await room.EnrolAsync(request.Word, sounds.Takes, how, _left.Token);
            _made = made;
            Put(new EnrolledMessage("enrolled", request.Word, made.Report.Takes, made.Report.OwnNegatives, made.Report.ToString(), [.. made.Report.Remarks, .. sounds.Advice], made.Settings(), clock.Elapsed.TotalSeconds), TeachJson.Default.EnrolledMessage);
        }
        catch (Exception wrong) when (wrong is InvalidDataException or ArgumentException)
        {
            Refuse(PlainText.Cut(wrong.Message, 500).TrimEnd('.') + ".");
        }
        catch (OperationCanceledException)
        {
            // the client has left
        }
    }

    static EnrolmentSetting Setting(Enrolment made, float threshold) => made.Settings().MinBy(setting => Math.Abs(setting.Threshold - threshold))!;

    void SendModel(Enrolment made, EnrolmentSetting setting)
    {
        using var file = new MemoryStream();
        ModelFile.Save(file, made.At(setting));
        Put(new ModelMessage("model", made.Report.Word, setting.Threshold, (int)file.Length), TeachJson.Default.ModelMessage);
        _outbox.Put(new OutMessage(file.ToArray(), WebSocketMessageType.Binary));
    }

    void OnDetection(Detection detection) => Put(DetectionMessage.Of(detection), ProtocolJson.Default.DetectionMessage);

    void OnCandidate(Candidate candidate)
    {
        if (candidate.Outcome != CandidateOutcome.Detected) _outbox.PutView(Bytes(CandidateMessage.Of(candidate), ProtocolJson.Default.CandidateMessage));
    }

    void Refuse(string text) => Put(new RefusedMessage("refused", text), TeachJson.Default.RefusedMessage);

    void Put<T>(T message, JsonTypeInfo<T> type)
    {
        if (!_outbox.Put(Bytes(message, type))) socket.CutOff(); // it reads nothing
    }

    static ReadOnlyMemory<byte> Bytes<T>(T message, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(message, type);

    void Leave()
    {
        _left.Cancel();
        _outbox.Complete();
    }
}
