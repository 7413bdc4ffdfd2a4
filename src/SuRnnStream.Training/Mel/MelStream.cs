using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>Recordings one after another as one long plane, with the loudness of any window of it.</summary>
sealed class MelStream : IDisposable
{
    readonly double[] _energy; // [frames + 1] mean band energy of all frames before
    readonly float _scale;

    public MelStream(IReadOnlyList<float[]> recordings, FrontEndConfig frontEnd)
    {
        var bands = frontEnd.Bands;
        _scale = frontEnd.Scale;
        Length = recordings.Sum(x => x.Length / bands);
        var all = new float[(long)Length * bands];
        long at = 0;
        foreach (var recording in recordings)
        {
            recording.CopyTo(all, at);
            at += recording.Length;
        }
        _energy = new double[Length + 1];
        for (var t = 0; t < Length; t++)
        {
            var sum = 0.0;
            for (var i = 0; i < bands; i++) sum += Math.Exp(all[(long)t * bands + i] / _scale);
            _energy[t + 1] = _energy[t] + sum / bands;
        }
        Plane = tensor(all, [Length, bands]);
    }

    public int Length { get; }

    /// <summary>[Length, bands].</summary>
    public Tensor Plane { get; }

    /// <summary>Scale * ln(mean energy / Floor) of some frames.</summary>
    public float Loudness(int from, int frames) => (float)(_scale * Math.Log((_energy[from + frames] - _energy[from]) / frames));

    /// <summary>True: this frame is at most 30 dB under the mean of the second round it.</summary>
    public bool IsAudible(int frame)
    {
        int from = Math.Max(0, frame - 25), to = Math.Min(Length, frame + 25);
        return Loudness(frame, 1) > Loudness(from, to - from) - 30 * MelMixer.Decibel;
    }

    public void Dispose() => Plane.Dispose();
}
