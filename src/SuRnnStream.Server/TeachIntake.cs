using SuRnnStream.Evaluation.Enrolment;

namespace SuRnnStream.Server;

/// <summary>What becomes of the sound of one recording, at the model's rate.</summary>
abstract class TeachIntake
{
    public abstract void Write(ReadOnlySpan<float> samples);

    /// <summary>Samples are missing here.</summary>
    public virtual void Lose(long samples) { }

    /// <summary>The recording is over.</summary>
    public virtual void End() { }
}

/// <summary>Keeps the sound whole, as far as it may be long.</summary>
sealed class KeptIntake(double mostSeconds, int rate, Action<float[], bool> onEnd) : TeachIntake
{
    readonly int _most = (int)(mostSeconds * rate);
    readonly List<float> _samples = [];
    bool _tooLong;

    public override void Write(ReadOnlySpan<float> samples)
    {
        var fits = Math.Min(samples.Length, _most - _samples.Count);
        _samples.AddRange(samples[..fits]);
        _tooLong |= fits < samples.Length;
    }

    public override void End() => onEnd([.. _samples], _tooLong);
}

/// <summary>Cuts takes out of the sound while it comes.</summary>
sealed class TakesIntake(int rate, Action<float[], double> onTake, Action<bool> onSpeaking) : TeachIntake
{
    readonly TakeListener _listener = new(rate);
    readonly int _frame = rate / 50; // a take ends with one of the listener's frames: so its place is known
    long _position;
    int _inFrame;

    public override void Write(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            var (count, spoke) = (Math.Min(samples.Length, _frame - _inFrame), _listener.IsSpeaking);
            var take = _listener.Listen(samples[..count]);
            (_position, _inFrame) = (_position + count, (_inFrame + count) % _frame);
            samples = samples[count..];
            if (_listener.IsSpeaking != spoke) onSpeaking(!spoke);
            if (take is not null) onTake(take, (_position - take.Length) / (double)rate);
        }
    }

    public override void Lose(long samples)
    {
        _listener.Reset();
        (_position, _inFrame) = (_position + samples, 0);
    }
}

/// <summary>Detects with the enrolled model.</summary>
sealed class TrialIntake : TeachIntake
{
    readonly StreamingDetector _detector;
    readonly Action<Detection> _onDetection;

    public TrialIntake(SuRnnModel model, Action<Detection> onDetection, Action<Candidate> onCandidate) =>
        (_detector, _onDetection) = (new StreamingDetector(model) { OnCandidate = onCandidate }, onDetection);

    public override void Write(ReadOnlySpan<float> samples) => _detector.Process(samples, _onDetection);

    public override void Lose(long samples) => _detector.Lose(samples, _onDetection);

    public override void End() => _detector.Finish(_onDetection);

    /// <summary>Another threshold from now on.</summary>
    public void Retune(DetectorOptions options) => _detector.Retune(options);
}
