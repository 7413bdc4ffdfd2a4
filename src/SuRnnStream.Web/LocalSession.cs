using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using SuRnnStream.Server;

namespace SuRnnStream.Web;

/// <summary>One client from its hello to its end, as the server's PROTOCOL.md has it, with the detector in the page and no socket: a call that sends returns when the sound is processed.</summary>
/// <param name="models">By name; more may come.</param>
/// <param name="text">Takes text messages for the client.</param>
/// <param name="frames">Takes those with frames, whose memory is theirs from then on. Null: none are made.</param>
sealed class LocalSession(IReadOnlyDictionary<string, SuRnnModel> models, Action<string> text, Action<Memory<byte>>? frames)
{
    const int MostMessageBytes = 1 << 20;
    const double IdleSeconds = 86_400; // nothing here ends a session that is silent

    StreamingDetector? _detector;
    Inlet? _inlet;
    FrameMessages? _frames;
    double _samplesPerSecond;
    ComputeStats _cost;
    long _processed, _detections, _gaps;

    /// <summary>The client has ended the session and has received every message.</summary>
    public bool Ended { get; private set; }

    /// <exception cref="ProtocolException">It is no hello, or later no end.</exception>
    public void HearText(string message)
    {
        var bytes = Encoding.UTF8.GetBytes(message);
        if (_detector is null) Open(Hello.Parse(bytes));
        else
        {
            Hello.RequireEnd(bytes);
            End();
        }
    }

    /// <exception cref="ProtocolException">The message came before the hello, or is none.</exception>
    public void HearSamples(byte[] message)
    {
        if (_inlet is null) throw new ProtocolException(CloseCode.OutOfTurn, "Audio came before the hello.");
        _inlet.TakeAsync(message).GetAwaiter().GetResult(); // it never waits for room
    }

    void Open(Hello hello)
    {
        var model = models.GetValueOrDefault(hello.Model ?? "") ?? throw new ProtocolException(CloseCode.UnknownModel, $"There is no model '{hello.Model}'. There is {string.Join(", ", models.Keys)}.");
        var info = ModelInfo.Of(hello.Model!, model, keepsNearMisses: false);
        hello.RequireFor(info);
        _samplesPerSecond = model.Config.RequireTiming().SamplesPerSecond;
        if (frames is not null) _frames = new FrameMessages(model.Config, (message, _) => frames(System.Runtime.InteropServices.MemoryMarshal.AsMemory(message))) { Cost = () => _cost };
        _detector = new StreamingDetector(model) { OnFrame = _frames is null ? null : _frames.Add, OnCandidate = Tell };
        _inlet = new Inlet(Write, Lose, hello, info, () => Task.CompletedTask, model.Config.Sensor, told => Send(new NoteMessage("note", told), ProtocolJson.Default.NoteMessage));
        Send(new Welcome("welcome", Hello.Version, "here", info, MostMessageBytes, IdleSeconds), ProtocolJson.Default.Welcome);
    }

    int Write(ReadOnlySpan<float> samples)
    {
        _processed += samples.Length;
        _cost += _detector!.Process(samples, Tell);
        return samples.Length;
    }

    void Lose(long samples)
    {
        _gaps++;
        _cost += _detector!.Lose(samples, Tell);
    }

    void Tell(Detection detection)
    {
        _detections++;
        Send(DetectionMessage.Of(detection), ProtocolJson.Default.DetectionMessage);
    }

    void Tell(Candidate candidate)
    {
        if (candidate.Outcome != CandidateOutcome.Detected) Send(CandidateMessage.Of(candidate), ProtocolJson.Default.CandidateMessage);
    }

    void End()
    {
        _inlet!.EndAsync().GetAwaiter().GetResult();
        _cost += _detector!.Finish(Tell);
        _frames?.Flush();
        Send(new EndMessage("end", _processed / _samplesPerSecond, _cost.Frames, _cost.FramesSkipped, 0, _detections, _cost.MultiplyAdds, _cost.MultiplyAddsDense,
            (_cost.FrontEndTime + _cost.NetworkTime).TotalSeconds, _inlet.Lost, _gaps), ProtocolJson.Default.EndMessage);
        Ended = true;
    }

    void Send<T>(T message, JsonTypeInfo<T> type) => text(JsonSerializer.Serialize(message, type));
}
