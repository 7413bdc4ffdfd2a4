using SuRnnStream.Training.Data;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training.Mel;

/// <summary>
/// What a teacher says about each sound: its numbers, standardised, and the labels' probabilities by a small head on them that never met the
/// sound's speaker (two halves of the speakers, each answered by the head of the other half).
/// </summary>
sealed class WordDistillation : IDisposable
{
    const int Hidden = 128, Steps = 900, Batch = 256;

    readonly TeacherNumbers _numbers;

    WordDistillation(TeacherNumbers numbers, Tensor answers, double right) => (_numbers, Answers, Right) = (numbers, answers, right);

    /// <inheritdoc cref="TeacherNumbers.Numbers"/>
    public Tensor Numbers => _numbers.Numbers;

    /// <summary>[sounds, labels].</summary>
    public Tensor Answers { get; }

    /// <summary>True for a sound that the teacher says something about.</summary>
    public bool[] Known => _numbers.Known;

    /// <summary>Part of the sounds whose label the heads name, each of a speaker that they never met.</summary>
    public double Right { get; }

    public static WordDistillation? Of(SoundTable table, int labels, int seed)
    {
        if (TeacherNumbers.Of(table) is not { } told) return null;
        using var scope = NewDisposeScope();
        random.manual_seed(seed);
        var (known, numbers, width) = (told.Known, told.Numbers, SpeechTeacher.Length);
        var half = table.Sounds.Select(sound => Corpus.IsHeldBack(sound.Speaker + "_", 0.5)).ToArray();
        var answers = zeros(table.Sounds.Count, labels);
        foreach (var side in new[] { false, true })
        {
            var learn = Enumerable.Range(0, known.Length).Where(i => known[i] && half[i] != side).ToArray();
            var answer = tensor(Enumerable.Range(0, known.Length).Where(i => half[i] == side).Select(i => (long)i).ToArray());
            using var head = nn.Sequential(nn.Dropout(0.1), nn.Linear(width, Hidden), nn.ReLU(), nn.Dropout(0.2), nn.Linear(Hidden, labels));
            Fit(head, numbers, table.Labels, learn, labels, new Random(seed));
            using var noGradient = no_grad();
            head.eval();
            answers.index_copy_(0, answer, nn.functional.softmax(head.call(numbers.index_select(0, answer)), 1));
        }
        var best = answers.argmax(1).data<long>().ToArray();
        var right = Enumerable.Range(0, known.Length).Where(i => known[i]).Average(i => best[i] == table.Labels[i] ? 1.0 : 0);
        return new WordDistillation(told, answers.MoveToOuterDisposeScope(), right);
    }

    /// <inheritdoc cref="TeacherNumbers.Standardised(Tensor)"/>
    public Tensor Standardised(Tensor raw) => _numbers.Standardised(raw);

    static void Fit(nn.Module<Tensor, Tensor> head, Tensor numbers, int[] labels, int[] learn, int count, Random random)
    {
        var byLabel = Enumerable.Range(1, count - 1).Select(label => learn.Where(i => labels[i] == label).ToArray()).ToArray();
        var optimizer = new AdamW(head.parameters(), weightDecay: 1e-2, clip: 2, averaging: 0);
        head.train();
        for (var step = 0; step < Steps; step++)
        {
            using var scope = NewDisposeScope();
            var drawn = Enumerable.Range(0, Batch).Select(_ => random.NextDouble() < 0.3 ? byLabel[0] : byLabel[1 + random.Next(count - 2)]).Select(from => (long)from[random.Next(from.Length)]).ToArray();
            optimizer.ZeroGradients();
            var loss = nn.functional.cross_entropy(head.call(numbers.index_select(0, tensor(drawn))), tensor(drawn.Select(i => (long)labels[i]).ToArray()), label_smoothing: 0.05);
            loss.backward();
            optimizer.Step(3e-3 * 0.5 * (1 + Math.Cos(Math.PI * step / Steps)) + 1e-5);
        }
    }

    public void Dispose()
    {
        _numbers.Dispose();
        Answers.Dispose();
    }
}
