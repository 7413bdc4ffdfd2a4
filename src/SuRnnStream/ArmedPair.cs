namespace SuRnnStream;

/// <summary>
/// Wake words and the commands that may follow them, on one stream: the commands' network runs only for some seconds after a wake word. Where both
/// models have the same front end it makes each frame once. One instance per stream. Not thread-safe. This project's extension.
/// </summary>
public sealed class ArmedPair
{
    readonly StreamingDetector _wake;
    readonly DormantDetector _commands;
    readonly TimeSpan _armedFor;
    readonly bool _shares;                 // the wake words' frames are the commands', too
    readonly int _piece;                   // samples at a time
    readonly Action<Detection> _heard;     // a wake word
    Action<Detection> _tell = _ => { };
    ComputeStats _caughtUp;                // what arming cost in this call

    /// <param name="wake">Detects wake words.</param>
    /// <param name="commands">Detects commands; takes samples at the same rate.</param>
    /// <param name="armedFor">How long a wake word arms the commands; above zero.</param>
    /// <param name="wakeOptions">By default what the model was tuned with.</param>
    /// <param name="commandOptions">Likewise.</param>
    /// <exception cref="ArgumentException">An option is outside its range, a model is none for a detector of sound, or the sample rates differ.</exception>
    public ArmedPair(SuRnnModel wake, SuRnnModel commands, TimeSpan armedFor, DetectorOptions? wakeOptions = null, DetectorOptions? commandOptions = null)
    {
        var (first, second) = (wake.Config.RequireSoundDetector(), commands.Config.RequireSoundDetector());
        if (first.SampleRate != second.SampleRate) throw new ArgumentException($"The wake words are heard at {first.SampleRate} Hz, the commands at {second.SampleRate} Hz: use models of one rate.");
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(armedFor, TimeSpan.Zero);
        (_armedFor, _piece) = (armedFor, first.HopLength);
        _commands = new DormantDetector(commands, commandOptions);
        _wake = new StreamingDetector(wake, wakeOptions);
        _shares = _commands.Follow(_wake, detection => _tell(detection));
        _heard = Heard;
    }

    /// <summary>True: commands are listened for.</summary>
    public bool IsArmed => _commands.IsArmed;

    /// <summary>Place in the stream of the next sample.</summary>
    public long Position => _wake.Position;

    /// <summary>What the wake words have cost since the start.</summary>
    public ComputeStats WakeCost { get; private set; }

    /// <summary>What the commands have cost since the start: frames while disarmed are skipped.</summary>
    public ComputeStats CommandCost { get; private set; }

    /// <summary>Takes any number of samples; the detections do not depend on how they are cut up.</summary>
    /// <param name="samples">At the models' rate.</param>
    /// <param name="onDetection">Told of wake words and commands, before Process returns.</param>
    /// <returns>What both cost.</returns>
    public ComputeStats Process(ReadOnlySpan<float> samples, Action<Detection> onDetection)
    {
        _tell = onDetection;
        ComputeStats wake = new(), commands = new();
        if (_shares) wake = _wake.Process(samples, _heard);
        else
        {
            for (var rest = samples; !rest.IsEmpty;)
            {
                var piece = rest[..Math.Min(_piece, rest.Length)];
                rest = rest[piece.Length..];
                wake += _wake.Process(piece, _heard);
                commands += _commands.Process(piece, onDetection);
            }
        }
        return Count(wake, commands);
    }

    /// <summary>The stream has ended: decides what is pending in both, as <see cref="StreamingDetector.Finish"/> does. A wake word at the very end arms nothing.</summary>
    /// <param name="onDetection">Told of wake words and commands, before Finish returns.</param>
    /// <returns>What the frames at the end cost.</returns>
    public ComputeStats Finish(Action<Detection> onDetection)
    {
        _tell = onDetection;
        var end = Position;
        var wake = _wake.Finish(_heard);
        var commands = _commands.Finish(onDetection);
        _commands.Reset(end);
        return Count(wake, commands);
    }

    void Heard(Detection word)
    {
        _tell(word);
        _caughtUp += _commands.Arm(word, _armedFor, _tell);
    }

    ComputeStats Count(ComputeStats wake, ComputeStats commands)
    {
        commands += _caughtUp + (_commands.TakeStats() with { StreamTime = TimeSpan.Zero }); // the stream is one
        _caughtUp = default;
        (WakeCost, CommandCost) = (WakeCost + wake, CommandCost + commands);
        return wake + commands;
    }
}
