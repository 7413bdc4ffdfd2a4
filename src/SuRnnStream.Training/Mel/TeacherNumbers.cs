using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>What a teacher says about each sound: its numbers, standardised.</summary>
/// <param name="Numbers">[sounds, Length] of mean 0 and variance 1; zeros for a sound that it says nothing about.</param>
/// <param name="Known">True for a sound that it says something about.</param>
/// <param name="Mean">[1, Length] of the raw numbers.</param>
/// <param name="Deviation">Likewise.</param>
sealed record TeacherNumbers(Tensor Numbers, bool[] Known, Tensor Mean, Tensor Deviation) : IDisposable
{
    const double Furthest = 5; // deviations

    /// <returns>Null where there is nothing from a teacher.</returns>
    public static TeacherNumbers? Of(SoundTable table)
    {
        var known = table.Sounds.Select(sound => sound.Target.Length > 0).ToArray();
        if (!known.Contains(true)) return null;
        using var scope = NewDisposeScope();
        var width = SpeechTeacher.Length;
        var numbers = tensor(table.Sounds.SelectMany(sound => sound.Target.Length > 0 ? sound.Target : new float[width]).ToArray(), [table.Sounds.Count, width]);
        var of = numbers.index_select(0, tensor(Enumerable.Range(0, known.Length).Where(i => known[i]).Select(i => (long)i).ToArray()));
        Tensor mean = of.mean([0], keepdim: true), deviation = of.std(0, unbiased: true, keepdim: true) + 1e-6;
        numbers = Standardised(numbers, mean, deviation) * tensor(known.Select(x => x ? 1f : 0).ToArray(), [known.Length, 1]);
        return new TeacherNumbers(numbers.MoveToOuterDisposeScope(), known, mean.MoveToOuterDisposeScope(), deviation.MoveToOuterDisposeScope());
    }

    /// <summary>[n, Length] raw numbers of other sounds as <see cref="Numbers"/> has its own.</summary>
    public Tensor Standardised(Tensor raw) => Standardised(raw, Mean, Deviation);

    static Tensor Standardised(Tensor raw, Tensor mean, Tensor deviation) => ((raw - mean) / deviation).clamp(-Furthest, Furthest);

    public void Dispose()
    {
        Numbers.Dispose();
        Mean.Dispose();
        Deviation.Dispose();
    }
}
