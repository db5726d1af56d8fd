# One model of R's forecast package, or Prophet, over a task file: Rscript r_peers.R MODEL TASKS ANSWERS SECONDS
# Files and rules as in python_peers.py. stlf and snaive have the day's season, thetaf the day's season too;
# Prophet has daily and, from 15 days on, weekly seasonality, and its quantiles come from 500 draws.
arguments <- commandArgs(trailingOnly = TRUE)
name <- arguments[1]; tasks <- arguments[2]; answers <- arguments[3]
end <- proc.time()[["elapsed"]] + as.numeric(arguments[4])
suppressMessages(if (name == "prophet") { library(Rcpp); library(prophet) } else library(forecast))
CAP <- 120
LEVELS <- c(.025, seq(.1, .9, .1), .95, .975, .99)
INTERVALS <- c(95, 80, 60, 40, 20, 90, 98)

from_intervals <- function(f) {
  column <- match(INTERVALS, f$level)  # the package sorts them
  low <- f$lower[, column, drop = FALSE]; high <- f$upper[, column, drop = FALSE]
  cbind(low[, 1:5], f$mean, high[, 5:2], high[, c(6, 1, 7)])
}

quantiles <- function(y, day, steps, step) {
  if (name == "prophet") {
    times <- as.POSIXct(0, origin = "1970-01-01", tz = "UTC") + step * seq_along(y)
    m <- prophet(data.frame(ds = times, y = y), daily.seasonality = TRUE, uncertainty.samples = 500,
                 weekly.seasonality = length(y) >= 15 * day, yearly.seasonality = FALSE)
    future <- data.frame(ds = max(times) + step * seq_len(steps))
    draws <- predictive_samples(m, future)$yhat
    return(t(apply(draws, 1, quantile, probs = LEVELS, names = FALSE)))
  }
  y <- approx(which(is.finite(y)), y[is.finite(y)], seq_along(y), rule = 2)$y
  y <- ts(y, frequency = if (length(y) >= 2 * day) day else 1)
  f <- switch(name,
    stlf = stlf(y, h = steps, level = INTERVALS, robust = TRUE),
    thetaf = thetaf(y, h = steps, level = INTERVALS),
    snaive = snaive(y, h = steps, level = INTERVALS))
  from_intervals(f)
}

finished <- character()
if (file.exists(answers)) {
  text <- readChar(answers, file.info(answers)$size, useBytes = TRUE)
  whole <- sub("[^\n]*$", "", text, useBytes = TRUE)
  cat(whole, file = answers)
  finished <- sub(" .*", "", strsplit(whole, "\n", fixed = TRUE)[[1]])
}
count <- 0
input <- file(tasks, "r")
output <- file(answers, "a")
while (proc.time()[["elapsed"]] < end && length(line <- readLines(input, 1)) == 1) {
  cells <- strsplit(line, " ", fixed = TRUE)[[1]]
  if (cells[1] %in% finished) next
  y <- suppressWarnings(as.numeric(cells[-(1:5)]))
  day <- as.integer(cells[4]); steps <- as.integer(cells[5]); step <- as.integer(cells[3])
  result <- tryCatch({
    setTimeLimit(elapsed = CAP, transient = TRUE)
    before <- proc.time()
    q <- suppressWarnings(suppressMessages(quantiles(y, day, steps, step)))
    used <- proc.time() - before
    q <- t(apply(matrix(q, nrow = steps), 1, sort))
    if (!all(is.finite(q)) || ncol(q) != length(LEVELS)) stop("not finite")
    sprintf("%.4f %.4f %s", used[["elapsed"]], used[["user.self"]] + used[["sys.self"]],
            paste(sprintf("%.9g", as.vector(q)), collapse = " "))
  }, error = function(e) paste("NaN NaN failed", gsub("[\n ]+", " ", conditionMessage(e))))
  setTimeLimit()
  writeLines(paste(cells[1], result), output)
  flush(output)
  count <- count + 1
}
message(sprintf("peers: %s: %d tasks more, %d in all", name, count, length(finished) + count))
