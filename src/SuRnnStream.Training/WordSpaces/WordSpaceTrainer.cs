using System.Diagnostics;
using SuRnnStream.Training.Mel;
using SuRnnStream.Training.Net;
using static TorchSharp.torch;

namespace SuRnnStream.Training.WordSpaces;

/// <summary>How a word space is trained.</summary>
sealed record WordSpaceFit
{
    public int Batch { get; init; } = 192;
    public double Minutes { get; init; } = 40;   // the learning rate falls to its end until then
    public double LearningRate { get; init; } = 2.5e-3;
    public double TrunkPart { get; init; } = 0.5; // of the rate for convolutions that begin trained while what follows them does not
    public int HeadWindows { get; init; } = 24_000; // by which what follows them is trained before, while they wait
    public int HeadSteps { get; init; } = 1_500;    // of 256 of these
    public double Distillation { get; init; }    // weight of what a teacher says about a sound, where it says something
    public float Sharpness { get; init; } = 18;  // of the softmax over cosines
    public double Margin { get; init; } = 0.1;   // that the right word's cosine has to be larger by
    public double VoiceWeight { get; init; } = 0.3;
    public int Seed { get; init; } = 1;
}

/// <summary>
/// Trains a word space to tell apart all the words and, by its branch, the voices that the recordings have: softmax over cosines with a margin (CosFace, Wang et al. 2018). The rows of classes are
/// thrown away after it; the vectors stay.
/// </summary>
/// <param name="shape">Of the network.</param>
/// <param name="mixer">Mixes windows.</param>
/// <param name="kinds">Of the words and voices.</param>
/// <param name="fit">How.</param>
/// <param name="distillation">A teacher's of the mixer's words; null: none.</param>
sealed class WordSpaceTrainer(WordSpaceShape shape, MelMixer mixer, WordKinds kinds, WordSpaceFit fit, TeacherNumbers? distillation = null)
{
    const int ReportEvery = 100, SoundsOfRow = 3;

    static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(5);

    /// <param name="start">Weights to begin with, see <see cref="WordSpaceNet.Start"/>; null: at random.</param>
    /// <param name="say">Told how it goes.</param>
    /// <param name="keep">Given the weights so far, every few minutes, and at the end.</param>
    /// <param name="stop">Ends it early.</param>
    public void Run(IReadOnlyDictionary<string, float[]>? start, Action<string> say, Action<Dictionary<string, float[]>> keep, CancellationToken stop = default)
    {
        random.manual_seed(fit.Seed);
        using var outer = NewDisposeScope();
        var net = new WordSpaceNet(shape, distillation is null ? 0 : SpeechTeacher.Length);
        var (words, voices) = (Rows(kinds.Words, shape.Size), Rows(Math.Max(1, kinds.Speakers), shape.VoiceSize));
        var isTrunkAhead = start is not null && !start.ContainsKey("out.weight");
        if (start is not null) Begin(net, start, words, voices);
        if (isTrunkAhead) FitHead(net, words, say);
        Tensor[] trunk = [.. net.Trunk], rest = [.. net.parameters().Where(one => !trunk.Any(of => of.Handle == one.Handle)), words, voices];
        AdamW ofTrunk = new(trunk, weightDecay: 1e-2, clip: 5, averaging: 0.997), ofRest = new(rest, weightDecay: 1e-2, clip: 5, averaging: 0.997);
        var (clock, step, sum, apartSum, right, seen, own, voiced) = (Stopwatch.StartNew(), 0, 0.0, 0.0, 0L, 0L, 0L, 0L);
        var kept = TimeSpan.Zero;
        net.train();
        while (clock.Elapsed.TotalMinutes < fit.Minutes && !stop.IsCancellationRequested)
        {
            using var scope = NewDisposeScope();
            var random = new Random(Data.SegmentMaker.HashCode(fit.Seed, 7, step));
            var sounds = kinds.Draw(fit.Batch, random);
            var frames = mixer.MakeWindows(sounds, shape.Frames, random);
            ofTrunk.ZeroGradients();
            ofRest.ZeroGradients();
            var pooled = net.PooledOf(frames, [.. sounds.Select(_ => (long)random.Next(shape.Shifts))]);
            var (wordLoss, hits) = Loss(net.Vectors(pooled), words, [.. sounds.Select(sound => (long)kinds.ClassOf(sound))], fit.Sharpness);
            var loss = wordLoss;
            long[] distilled = distillation is null ? [] : [.. Enumerable.Range(0, sounds.Length).Where(b => sounds[b] >= 0 && distillation.Known[sounds[b]]).Select(b => (long)b)];
            if (distilled.Length > 0)
            {
                var apart = (net.Distilled(pooled.index_select(0, tensor(distilled))) - distillation!.Numbers.index_select(0, tensor(distilled.Select(b => (long)sounds[(int)b]).ToArray()))).square().mean();
                loss = loss + fit.Distillation * apart;
                apartSum += apart.item<float>();
            }
            long[] known = [.. Enumerable.Range(0, sounds.Length).Where(b => sounds[b] >= 0 && kinds.SpeakerOf[sounds[b]] >= 0).Select(b => (long)b)];
            if (known.Length > 1)
            {
                var (voiceLoss, voiceHits) = Loss(net.Voices(frames.index_select(0, tensor(known))), voices, [.. known.Select(b => (long)kinds.SpeakerOf[sounds[(int)b]])], fit.Sharpness);
                loss = loss + fit.VoiceWeight * voiceLoss;
                (own, voiced) = (own + voiceHits, voiced + known.Length);
            }
            loss.backward();
            var progress = clock.Elapsed.TotalMinutes / fit.Minutes;
            var rate = fit.LearningRate * Math.Min(1, (step + 1) / 100.0) * 0.5 * (1.001 + Math.Cos(Math.PI * Math.Min(1, progress)));
            ofTrunk.Step(isTrunkAhead ? rate * fit.TrunkPart : rate);
            ofRest.Step(rate);
            (sum, right, seen) = (sum + wordLoss.item<float>(), right + hits, seen + sounds.Length);
            if (clock.Elapsed - kept > KeepEvery)
            {
                kept = clock.Elapsed;
                Keep();
            }
            if (++step % ReportEvery != 0) continue;
            say(FormattableString.Invariant($"step {step}, {clock.Elapsed.TotalMinutes:0.0} min: loss {sum / ReportEvery:0.000}, {(distillation is null ? "" : FormattableString.Invariant($"apart from the teacher {apartSum / ReportEvery:0.000}, "))}right {100.0 * right / seen:0.0} % of words, {100.0 * own / Math.Max(1, voiced):0.0} % of voices"));
            (sum, apartSum, right, seen, own, voiced) = (0, 0, 0, 0, 0, 0);
        }
        Keep();

        void Keep()
        {
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            Tensor[] all = [.. trunk, .. rest];
            Tensor[] now = [.. all.Select(one => one.detach().clone())];
            ofTrunk.CopyAverageTo(trunk);
            ofRest.CopyAverageTo(rest);
            MeasureNorms(net);
            keep(net.Export());
            foreach (var (one, was) in all.Zip(now)) one.copy_(was);
            net.train();
        }
    }

    /// <summary>The network as it was, and each class's row the mean of its vectors.</summary>
    void Begin(WordSpaceNet net, IReadOnlyDictionary<string, float[]> start, Tensor words, Tensor voices)
    {
        using var noGradient = no_grad();
        var random = new Random(Data.SegmentMaker.HashCode(fit.Seed, 9, 0));
        using (NewDisposeScope()) net.Start(start, mixer.MakeWindows(kinds.Draw(2 * fit.Batch, random), shape.Frames, random));
        MeasureNorms(net);
        var (sums, spoken) = (zeros_like(words), zeros_like(voices));
        foreach (var sounds in kinds.Some(SoundsOfRow, random).Concat(kinds.Draw(fit.Batch, random).Where(sound => sound < 0)).Chunk(fit.Batch))
        {
            using var scope = NewDisposeScope();
            var frames = mixer.MakeWindows(sounds, shape.Frames, random);
            sums.index_add_(0, tensor(sounds.Select(sound => (long)kinds.ClassOf(sound)).ToArray()), net.Words(frames, [.. sounds.Select(_ => (long)random.Next(shape.Shifts))]), 1);
            long[] known = [.. Enumerable.Range(0, sounds.Length).Where(b => sounds[b] >= 0 && kinds.SpeakerOf[sounds[b]] >= 0).Select(b => (long)b)];
            if (known.Length > 0) spoken.index_add_(0, tensor(known.Select(b => (long)kinds.SpeakerOf[sounds[b]]).ToArray()), net.Voices(frames.index_select(0, tensor(known))), 1);
        }
        words.mul_(0.01).add_(nn.functional.normalize(sums, dim: 1)); // a speaker of none of these sounds keeps a row drawn at random
        voices.mul_(0.01).add_(nn.functional.normalize(spoken, dim: 1));
        net.train();
    }

    /// <summary>What follows the convolutions, on means that are worked out once: many times as fast as with them.</summary>
    void FitHead(WordSpaceNet net, Tensor words, Action<string> say)
    {
        const int Size = 256;
        var width = shape.Segments * shape.Channels;
        var (means, classes) = (new Half[fit.HeadWindows / Size * Size][], new long[fit.HeadWindows / Size * Size]); // [windows][Shifts * width]
        using (no_grad())
        {
            net.eval();
            for (var from = 0; from < means.Length; from += Size)
            {
                using var scope = NewDisposeScope();
                var random = new Random(Data.SegmentMaker.HashCode(fit.Seed, 10, from));
                var sounds = kinds.Draw(Size, random);
                var outputs = net.Convolved(mixer.MakeWindows(sounds, shape.Frames, random));
                for (var i = 0; i < Size; i++) (means[from + i], classes[from + i]) = (new Half[shape.Shifts * width], kinds.ClassOf(sounds[i]));
                for (var shift = 0; shift < shape.Shifts; shift++)
                {
                    var pooled = net.Pooled(outputs, [.. Enumerable.Repeat((long)shift, Size)]).contiguous().data<float>().ToArray();
                    for (var i = 0; i < pooled.Length; i++) means[from + i / width][shift * width + i % width] = (Half)pooled[i];
                }
            }
        }
        say(FormattableString.Invariant($"head: {means.Length} windows"));
        net.train();
        var (optimizer, sum, hits) = (new AdamW([.. net.Head, words], weightDecay: 1e-2, clip: 5, averaging: 0.99), 0.0, 0L);
        for (var step = 0; step < fit.HeadSteps; step++)
        {
            using var scope = NewDisposeScope();
            var random = new Random(Data.SegmentMaker.HashCode(fit.Seed, 11, step));
            var (values, targets) = (new float[Size * width], new long[Size]);
            for (var b = 0; b < Size; b++)
            {
                var (window, from) = (random.Next(means.Length), random.Next(shape.Shifts) * width);
                targets[b] = classes[window];
                for (var i = 0; i < width; i++) values[b * width + i] = (float)means[window][from + i];
            }
            optimizer.ZeroGradients();
            var (loss, right) = Loss(net.Vectors(nn.functional.dropout(tensor(values, [Size, width]), 0.1)), words, targets, fit.Sharpness);
            loss.backward();
            optimizer.Step(2e-3 * Math.Min(1, (step + 1) / 50.0) * 0.5 * (1.001 + Math.Cos(Math.PI * step / fit.HeadSteps)));
            (sum, hits) = (sum + loss.item<float>(), hits + right);
            if ((step + 1) % 300 != 0) continue;
            say(FormattableString.Invariant($"head, step {step + 1}: loss {sum / 300:0.000}, right {hits / (3.0 * Size):0.0} % of words"));
            (sum, hits) = (0, 0);
        }
    }

    /// <summary>The norms' means and deviations under the averaged weights.</summary>
    void MeasureNorms(WordSpaceNet net)
    {
        using var noGradient = no_grad();
        net.train();
        for (var n = 0; n < 40; n++)
        {
            using var scope = NewDisposeScope();
            var random = new Random(Data.SegmentMaker.HashCode(fit.Seed, 8, n));
            var sounds = kinds.Draw(fit.Batch, random);
            var frames = mixer.MakeWindows(sounds, shape.Frames, random);
            net.Words(frames, [.. sounds.Select(_ => (long)random.Next(shape.Shifts))]);
            net.Voices(frames);
        }
        net.eval();
    }

    (Tensor Loss, long Right) Loss(Tensor vectors, Tensor rows, long[] classes, float sharpness)
    {
        var cosines = vectors.matmul(nn.functional.normalize(rows, dim: 1).t());
        var target = tensor(classes);
        var right = cosines.detach().argmax(1).eq(target).sum().item<long>();
        var margin = nn.functional.one_hot(target, rows.shape[0]).to_type(ScalarType.Float32) * fit.Margin;
        return (nn.functional.cross_entropy((cosines - margin) * sharpness, target), right);
    }

    static Tensor Rows(int count, int size) => nn.Parameter(randn([count, size]) * 0.1);
}
